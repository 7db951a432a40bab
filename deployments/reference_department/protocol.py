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
    unit: Literal["WD", "ND"]
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


class Deemed(Wire):
    """The department's silence has had its effect; ``deemed`` says which."""

    deemed: Text
    legal_basis: Text
    accepted_on: date | None = None
    window_ended_on: date | None = None


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


class DeemedEvent(Envelope):
    type: Literal["daiban.assignment.deemed"]
    data: Deemed


class ReopenedEvent(Envelope):
    type: Literal["daiban.assignment.reopened"]
    data: Reopened


class Supervised(Wire):
    #: What the department is expected to do, in words.
    reason: Text
    due_on: date | None = None


class SupervisedEvent(Envelope):
    type: Literal["daiban.assignment.supervised"]
    data: Supervised


Message = Annotated[
    CancelledEvent
    | MaterialsAddedEvent
    | PrerequisitesMetEvent
    | RemindedEvent
    | DeemedEvent
    | ReopenedEvent
    | SupervisedEvent,
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


Procedure = Literal["hearing", "expert_review", "inspection", "testing", "publicity"]


class HoldStarted(Callback):
    """A special procedure whose ``days`` working days do not count (行政许可法 art. 45)."""

    name = "hold_started"
    procedure: Procedure
    days: int = Field(ge=1)
    reason: Text


class HoldEnded(Callback):
    name = "hold_ended"


class ExtensionRequested(Callback):
    """``days`` more working days, approved by the head of the department (行政许可法 art. 42)."""

    name = "extension_requested"
    days: int = Field(ge=1)
    approver: Text
    reason: Text


class Decided(Callback):
    name = "decided"
    decision: Literal["granted", "refused"]
    document_number: Text
    reason: Text
    legal_basis: Text
    handler: Text


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
        Note,
        NotAccepted,
        NotRequired,
        OpinionGiven,
        ReviewFinished,
        CureVerified,
        BreachFound,
    )
}
