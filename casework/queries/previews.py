"""What an application would be, before there is one: its items, departments, materials and days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import newest
from casework.queries.networks import NeededMaterial, needed
from rules import intake, schedule
from rules.catalog import Department, DepartmentCode, Journey, JourneyCode, MaterialSource
from rules.commitments.tolerance import deferrable, offers_notification
from rules.errors import NotFoundError
from rules.network import Network, NetworkItem, resolve
from rules.vocabulary import CommitmentKind


@dataclass(frozen=True, slots=True)
class Offer:
    """A commitment that an item offers, and what need not be brought at once with it."""

    item: str
    name: str
    kind: CommitmentKind
    materials: tuple[str, ...]

    @property
    def key(self) -> str:
        """Name the offer in a form."""
        return f"{self.item}/{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan that the answers lead to; days are working days, as the longest chain of side by side takes them."""

    journey: Journey
    network: Network
    departments: Mapping[DepartmentCode, Department]
    #: Items of the journey that the answers leave out, by name in both languages.
    left_out: tuple[tuple[str, str], ...]
    materials: Sequence[NeededMaterial]
    offers: tuple[Offer, ...]
    promised_days: int
    legal_days: int
    #: One item after the other, each within its promise.
    serial_days: int

    @property
    def to_bring(self) -> tuple[NeededMaterial, ...]:
        """What the applicant has to bring, each once."""
        return tuple(each for each in self.materials if each.source is MaterialSource.APPLICANT)

    def items_of(self, stage: str) -> tuple[NetworkItem, ...]:
        """Return the items of a stage."""
        return tuple(item for item in self.network.items if item.stage == stage)


async def journeys(session: AsyncSession) -> tuple[Journey, ...]:
    """Return the journeys of the newest catalog. Raises CatalogNotLoadedError."""
    _, catalog = await newest(session)
    return tuple(catalog.journeys.values())


async def journey_of(session: AsyncSession, code: str) -> Journey:
    """Return one of them. Raises NotFoundError."""
    _, catalog = await newest(session)
    if (found := catalog.journeys.get(JourneyCode(code))) is None:
        raise NotFoundError(f"没有办事情形 {code}", wanted=code)
    return found


async def preview(session: AsyncSession, journey: str, answers: Mapping[str, intake.Answer]) -> Preview:
    """Resolve the answers as a launch would. Raises NotFoundError, InvalidIntakeError."""
    template = await journey_of(session, journey)
    _, catalog = await newest(session)
    network = resolve(catalog, template.code, answers)
    present = {item.code for item in network.items}
    absent = [catalog.items[entry.item] for entry in template.items if entry.item not in present]
    return Preview(
        template,
        network,
        {item.department: catalog.departments[item.department] for item in network.items},
        tuple((item.name, item.name_en) for item in absent),
        needed(network),
        tuple(offer for item in network.items for offer in _offers(item)),
        schedule.overlapped_days(network, "promised"),
        schedule.overlapped_days(network, "legal"),
        schedule.serial_days(network, "promised"),
    )


def _offers(item: NetworkItem) -> list[Offer]:
    offers = []
    if later := deferrable(item):
        ordered = tuple(material.name for material in item.materials if material.name in later)
        offers.append(Offer(item.code, item.name, CommitmentKind.TOLERANCE, ordered))
    if offers_notification(item):
        offers.append(Offer(item.code, item.name, CommitmentKind.NOTIFIED, item.waived))
    return offers
