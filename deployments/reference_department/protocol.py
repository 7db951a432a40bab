"""The messages of the department protocol as a department reads and writes them (docs/department-protocol.md)."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter

Text = Annotated[str, Field(min_length=1)]
DISPATCHED = "daiban.assignment.dispatched"


class Wire(BaseModel):
    """Anything that travels; unknown members are ignored so that the protocol can grow."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Limit(Wire):
    days: int = Field(ge=0, le=1000)
    unit: Literal["WD", "ND", "MONTH"]
    start: Literal["receipt", "acceptance"]


class Limits(Wire):
    legal: Limit
    promised: Limit


class Material(Wire):
    name: Text
    deferrable: bool = False
    provided: bool = True


class Committed(Wire):
    """What the applicant has signed for the item: to bring materials later, or that a condition is met."""

    kind: Literal["tolerance", "notified"]
    materials: tuple[Text, ...]


class Project(Wire):
    name: Text


class Applicant(Wire):
    name: Text
    credit_code: str | None = None


class Item(Wire):
    code: Text
    name: Text


class AllowedProcedure(Wire):
    """A special procedure of the item; ``max_days`` working days at most, if its law says so."""

    kind: Text
    name: Text
    basis: Text
    max_days: int | None = Field(default=None, ge=1)


class Extension(Wire):
    """By how much the legal limit may be extended once, and who must approve it."""

    days: int = Field(ge=0)
    approver_level: Literal["agency_head", "government_head"] = "agency_head"


class Dispatched(Wire):
    """An assignment for a department: one approval item of one application."""

    assignment: Text
    application: Text
    project: Project
    applicant: Applicant
    item: Item
    department: Text
    round: int = Field(ge=1)
    limits: Limits
    materials: tuple[Material, ...]
    commitments: tuple[Committed, ...] = ()
    #: Items that must be granted before this one may be granted.
    awaits: tuple[str, ...]
    #: The special procedures whose time does not count; no other may be started.
    procedures: tuple[AllowedProcedure, ...] = ()
    extension: Extension = Extension(days=0)
    callback: HttpUrl


class Cancelled(Wire):
    reason: str


class MaterialsAdded(Wire):
    materials: tuple[Material, ...]


class PrerequisitesMet(Wire):
    #: What is still open; empty when every awaited item is granted.
    awaits: tuple[str, ...] = ()


class Reminded(Wire):
    light: Text
    due_on: date | None = None
    #: The date rests on days whose holidays are not published yet.
    provisional: bool = False
    reason: str | None = None


class Deemed(Wire):
    """The department's silence has had its effect; ``deemed`` says which."""

    deemed: Text
    legal_basis: Text
    accepted_on: date | None = None
    window_ended_on: date | None = None
    item: Text | None = None
    due_on: date | None = None
    basis: Text | None = None
    reason: str = ""


class RenewedMaterial(Material):
    version: int = Field(ge=1)
    #: The version that the decision of the round before rests on.
    relied_on: int = Field(ge=0)


class Reopened(Wire):
    """Why the item comes again: documents that the decision of the round before rests on were replaced."""

    previous: Text
    round: int = Field(ge=2)
    reason: Text
    materials: tuple[RenewedMaterial, ...]


class Supervised(Wire):
    """A limit has passed, or a commitment was not kept: what the department is expected to do, and by which law."""

    reason: str
    due_on: date | None = None
    duty: str = ""


class SilenceWarned(Wire):
    """Beyond ``due_on`` silence counts as consent."""

    due_on: date
    basis: Text


class Envelope(Wire):
    """CloudEvents 1.0 in structured mode."""

    specversion: Literal["1.0"]
    id: Text
    source: Text
    subject: Text
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"


class DispatchedEvent(Envelope):
    type: Literal["daiban.assignment.dispatched"]
    data: Dispatched


class CancelledEvent(Envelope):
    type: Literal["daiban.assignment.cancelled"]
    data: Cancelled


class MaterialsAddedEvent(Envelope):
    type: Literal["daiban.assignment.materials_added"]
    data: MaterialsAdded


class PrerequisitesMetEvent(Envelope):
    type: Literal["daiban.assignment.prerequisites_met"]
    data: PrerequisitesMet


class RemindedEvent(Envelope):
    type: Literal["daiban.assignment.reminded"]
    data: Reminded


class SupervisedEvent(Envelope):
    type: Literal["daiban.assignment.supervised"]
    data: Supervised


class SilenceWarnedEvent(Envelope):
    type: Literal["daiban.assignment.silence_warned"]
    data: SilenceWarned


class DeemedEvent(Envelope):
    type: Literal["daiban.assignment.deemed"]
    data: Deemed


class ReopenedEvent(Envelope):
    type: Literal["daiban.assignment.reopened"]
    data: Reopened


Message = Annotated[
    CancelledEvent
    | MaterialsAddedEvent
    | PrerequisitesMetEvent
    | RemindedEvent
    | SupervisedEvent
    | SilenceWarnedEvent
    | DeemedEvent
    | ReopenedEvent,
    Field(discriminator="type"),
]
DISPATCH: TypeAdapter[DispatchedEvent] = TypeAdapter(DispatchedEvent)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)


class Callback(Wire):
    """The content of a message from a department; ``name`` is the last part of its type."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str]


class Accepted(Callback):
    name = "accepted"
    handler: Text


class Claimed(Callback):
    name = "claimed"
    handler: Text


class CorrectionRequested(Callback):
    name = "correction_requested"
    missing: tuple[Text, ...] = Field(min_length=1)
    reason: Text


class HoldStarted(Callback):
    """A special procedure whose ``days`` working days do not count (行政许可法 art. 45)."""

    name = "hold_started"
    procedure: Text
    days: int = Field(ge=1)
    reason: Text
    #: Two at least for an inspection or a site visit (行政许可法 art. 34).
    officers: tuple[Text, ...] = ()


class HoldEnded(Callback):
    name = "hold_ended"


class ExtensionRequested(Callback):
    """``days`` more of the limit's unit, approved by whom the assignment names (行政许可法 art. 42)."""

    name = "extension_requested"
    days: int = Field(ge=1)
    approver: Text
    approver_level: Literal["agency_head", "government_head"] = "agency_head"
    reason: Text


class Decided(Callback):
    name = "decided"
    decision: Literal["granted", "refused"]
    document_number: Text
    reason: Text
    legal_basis: Text
    handler: Text
    #: Of a refusal: without one it is only proposed.
    approver: Text | None = None


class RefusalApproved(Callback):
    name = "refusal_approved"
    approver: Text


class RefusalReturned(Callback):
    name = "refusal_returned"
    approver: Text
    reason: Text


class Transferred(Callback):
    """Another department is competent: ``department`` is its code."""

    name = "transferred"
    department: Text
    reason: Text


class DecisionCorrected(Callback):
    """A slip in the recorded decision; ``why`` is told to the applicant."""

    name = "decision_corrected"
    document_number: Text
    why: Text


class Note(Callback):
    name = "note"
    text: Text


class NotAccepted(Callback):
    """Not within the department's competence (行政许可法 art. 32(2)); approved by a second person."""

    name = "not_accepted"
    competent_agency: Text
    reason: Text
    legal_basis: Text
    handler: Text
    approver: Text


class NotRequired(Callback):
    """No permit is needed (行政许可法 art. 32(1)); approved by a second person."""

    name = "not_required"
    reason: Text
    legal_basis: Text
    handler: Text
    approver: Text


class OpinionGiven(Callback):
    """The opinion on another department's item; sent to the callback of the question."""

    name = "opinion_given"
    opinion: Literal["agree", "agree_with_conditions", "disagree", "must_forward_up"]
    reason: Text
    handler: Text


class ReviewFinished(Callback):
    """Everything is reviewed, only deferred materials are missing (容缺受理)."""

    name = "review_finished"
    handler: Text


class CureVerified(Callback):
    name = "cure_verified"
    handler: Text


class BreachFound(Callback):
    """A commitment is not kept although the licence is out; ``correct_within`` working days to correct it."""

    name = "breach_found"
    reason: Text
    legal_basis: Text
    correct_within: int = Field(ge=1)
    handler: Text


CALLBACKS: dict[str, type[Callback]] = {
    f"daiban.assignment.{kind.name}": kind
    for kind in (
        Accepted,
        Claimed,
        CorrectionRequested,
        HoldStarted,
        HoldEnded,
        ExtensionRequested,
        Decided,
        RefusalApproved,
        RefusalReturned,
        Transferred,
        DecisionCorrected,
        Note,
        NotAccepted,
        NotRequired,
        OpinionGiven,
        ReviewFinished,
        CureVerified,
        BreachFound,
    )
}
