"""The demonstration's script: who applies for what, how the departments behave, and how each application must end."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from deployments.reference_department.behaviours import Behaviours
from kit.clock import parse_clock
from portal.intake import IntakeForm
from rules.catalog import Catalog, ItemCode, JourneyCode, MaterialSource
from rules.commitments.tolerance import deferrable, offers_notification
from rules.errors import DaibanError
from rules.network import Network, NetworkItem, resolve
from rules.vocabulary import AssignmentStatus, CommitmentKind, Outcome

FILE = Path(__file__).with_name("scenario.yaml")


def _checked_clock(text: str) -> str:
    if not parse_clock(text).by_hand:
        raise ValueError("the demonstration puts its clock forward by hand")
    return text


def _checked_behaviours(content: dict[str, Any]) -> dict[str, Any]:
    Behaviours.model_validate(content)
    return content


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InboxConduct(_Strict):
    """How the staff of a department without a system decide: a grant, so many days after they have it."""

    after_days: float = Field(gt=0)
    document_number: str


class Withdrawal(_Strict):
    """When after its registration, in days, an application is withdrawn, why, and by which request of the applicant."""

    after_days: float = Field(gt=0)
    reason: str
    request: str


class Expected(_Strict):
    """How an application must end; items that are neither refused nor blocked are granted, unless withdrawn."""

    outcome: Outcome
    refused: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    #: What departments heard on an item of another one have said, or ``lapsed``: by item, by department.
    opinions: dict[str, dict[str, str]] = {}
    #: Items whose commitment was not kept when it was looked at, as the applicant was told.
    breached: tuple[str, ...] = ()


class Part(_Strict):
    """One application: its intake form, what its agent does, and how it ends. Days are days of the office."""

    key: str
    story: str
    intake: IntakeForm
    #: The day on which it is handed in, the first day of the demonstration being 0.
    on_day: float = 0
    #: Materials not handed in with the form, brought ``supply_after_days`` after the notice that asks for them.
    withheld: tuple[str, ...] = ()
    supply_after_days: float = 2
    #: Deferrable materials brought only ``cure_after_days`` after the item is accepted without them (容缺受理).
    deferred: tuple[str, ...] = ()
    cure_after_days: float = 1
    #: How long after it may happen the agent reports a milestone.
    milestones: dict[str, float] = {}
    withdrawal: Withdrawal | None = None
    expected: Expected

    def network(self, catalog: Catalog) -> Network:
        """Resolve what this application needs."""
        return resolve(catalog, JourneyCode(self.intake.journey), self.intake.answers)

    def form(self, catalog: Catalog) -> dict[str, Any]:
        """Write the intake form as it is handed in: all of the applicant's materials at hand, promises for the rest."""
        items = self.network(catalog).items
        promises = [promise for item in items for promise in self._promises(item)]
        committed = {name for promise in promises for name in promise["materials"]}
        needed = [m.name for item in items for m in item.materials if m.source is MaterialSource.APPLICANT]
        at_hand = [name for name in dict.fromkeys(needed) if name not in (*self.withheld, *committed)]
        intake = self.intake.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return {**intake, "materials": at_hand, "commitments": promises}

    def _promises(self, item: NetworkItem) -> Iterator[dict[str, Any]]:
        """Sign for what is deferred, and a letter wherever a promise may stand for proof (告知承诺)."""
        signer = (self.intake.contact or self.intake.applicant_name).split()[0]
        if deferred := [name for name in self.deferred if name in deferrable(item)]:
            yield {"item": item.code, "signer": signer, "kind": CommitmentKind.TOLERANCE.value, "materials": deferred}
        if offers_notification(item):
            yield {"item": item.code, "signer": signer, "kind": CommitmentKind.NOTIFIED.value, "materials": []}

    def expected_statuses(self, catalog: Catalog) -> dict[str, AssignmentStatus] | None:
        """Return how each item must end; None where that is left open, for a withdrawal stops whatever is under way."""
        if self.expected.outcome is Outcome.WITHDRAWN:
            return None
        ends = dict.fromkeys(self.expected.refused, AssignmentStatus.REFUSED)
        ends |= dict.fromkeys(self.expected.blocked, AssignmentStatus.BLOCKED)
        return {item.code: ends.get(item.code, AssignmentStatus.GRANTED) for item in self.network(catalog).items}


class Scenario(_Strict):
    """The whole demonstration."""

    #: What the office's clock shows first, as DAIBAN_CLOCK wants it.
    clock: Annotated[str, AfterValidator(_checked_clock)]
    behaviours: Annotated[dict[str, Any], AfterValidator(_checked_behaviours)]
    inbox: dict[str, InboxConduct] = {}
    applications: tuple[Part, ...]

    def contradictions(self, catalog: Catalog) -> Iterator[str]:
        """Name everything in the script that the catalog does not know."""
        for code in self.inbox:
            if code not in catalog.departments:
                yield f"inbox: no department {code}"
        for part in self.applications:
            try:
                network = part.network(catalog)
            except DaibanError as error:
                yield f"{part.key}: {error}"
                continue
            items = {item.code for item in network.items}
            yield from (
                f"{part.key}: item {code} does not apply"
                for code in (*part.expected.refused, *part.expected.blocked)
                if code not in items
            )
            yield from (
                f"{part.key}: no milestone {code}" for code in part.milestones if code not in network.milestones
            )
            heard = {
                item.code: {voice.department for voice in item.terms.cooperation.voices}
                for item in network.items
                if item.terms.cooperation
            }
            yield from (
                f"{part.key}: {department} is not heard on {item}"
                for item, said in part.expected.opinions.items()
                for department in said
                if department not in heard.get(ItemCode(item), ())
            )
            materials = {material.name for item in network.items for material in item.materials}
            named = (*part.withheld, *part.deferred)
            yield from (f"{part.key}: no material {name}" for name in named if name not in materials)


@cache
def load_scenario() -> Scenario:
    """Read the script that ships with us. Raises pydantic's ValidationError when it is malformed."""
    return Scenario.model_validate(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))
