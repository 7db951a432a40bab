"""What a department may report of an assignment: CloudEvents 1.0 in structured mode, one kind of data for each act."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from casework.department_events import Event
from portal.fields import Body, Name, Prose
from rules.vocabulary import DepartmentAct

PREFIX: Final = "daiban.assignment."
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Instant = Annotated[
    AwareDatetime, Field(strict=True, ge=EARLIEST, le=LATEST), AfterValidator(lambda time: time.astimezone(UTC))
]
Days = Annotated[int, Field(ge=1, le=365, strict=True)]


class Accepted(Body):
    """The application is accepted (受理, 行政许可法 art. 32)."""

    handler: Name | None = None


class Claimed(Body):
    """A handler works on it."""

    handler: Name | None = None


class CorrectionRequested(Body):
    """Everything that is missing or wrong, at once (一次性告知, 行政许可法 art. 32(4))."""

    missing: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    reason: Prose | None = None
    handler: Name | None = None


class HoldStarted(Body):
    """A special procedure whose time does not count; the applicant is told its ``days`` (行政许可法 art. 45)."""

    procedure: Literal[
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
        "publicity",
    ]
    days: Days
    reason: Prose
    handler: Name | None = None


class HoldEnded(Body):
    """The special procedure is over."""

    reason: Prose | None = None
    handler: Name | None = None


class ExtensionRequested(Body):
    """``days`` more working days, approved by the head of the department (行政许可法 art. 42)."""

    days: Days
    approver: Name
    reason: Prose
    handler: Name | None = None


class Granted(Body):
    """The permit is granted."""

    decision: Literal["granted"]
    document_number: Name | None = None
    reason: Prose | None = None
    legal_basis: Prose | None = None
    handler: Name | None = None


class Refused(Body):
    """The permit is refused, with reasons and the law they rest on (行政许可法 art. 38)."""

    decision: Literal["refused"]
    reason: Prose
    legal_basis: Prose
    document_number: Name | None = None
    handler: Name | None = None


class Note(Body):
    """Something worth knowing that changes nothing."""

    text: Prose
    handler: Name | None = None


class NotAccepted(Body):
    """Not within the department's competence; ``competent_agency`` is (不予受理, 行政许可法 art. 32(2))."""

    competent_agency: Name
    reason: Prose
    legal_basis: Prose
    document_number: Name | None = None
    handler: Name
    approver: Name | None = None


class NotRequired(Body):
    """No permit is needed (行政许可法 art. 32(1))."""

    reason: Prose
    legal_basis: Prose
    document_number: Name | None = None
    handler: Name
    approver: Name | None = None


class OpinionGiven(Body):
    """The opinion on another department's item; a disagreement states its reasons, an agreement its conditions."""

    opinion: Literal["agree", "agree_with_conditions", "disagree", "must_forward_up"]
    reason: Prose | None = None
    conditions: Prose | None = None
    document_number: Name | None = None
    handler: Name | None = None


class ReviewFinished(Body):
    """Everything is reviewed and only deferred materials are missing: the clock stops until they come (容缺受理)."""

    reason: Prose | None = None
    handler: Name | None = None


class CureVerified(Body):
    """The deferred materials are there and in order, or what was promised is so; the commitment is kept."""

    reason: Prose | None = None
    handler: Name | None = None


class BreachFound(Body):
    """A commitment is not kept although the licence is out; with ``correct_within`` working days to correct it."""

    reason: Prose
    legal_basis: Prose
    correct_within: Days | None = None
    handler: Name | None = None


class Envelope(BaseModel):
    """The attributes of CloudEvents; others may be present and are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    #: Repeated with the same content it gets the first answer.
    id: Name
    source: Name
    #: The assignment, once more: the signature does not cover the address.
    subject: UUID
    #: When it happened, by which the legal clocks run.
    time: Instant
    type: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: Body

    def event(self) -> Event:
        """Turn the message into what casework receives."""
        details = self.data.model_dump(mode="json", exclude_none=True)
        return Event(self.id, DepartmentAct(self.type.removeprefix(PREFIX)), self.time, details)


class AcceptedEvent(Envelope):
    type: Literal["daiban.assignment.accepted"]
    data: Accepted


class ClaimedEvent(Envelope):
    type: Literal["daiban.assignment.claimed"]
    data: Claimed


class CorrectionRequestedEvent(Envelope):
    type: Literal["daiban.assignment.correction_requested"]
    data: CorrectionRequested


class HoldStartedEvent(Envelope):
    type: Literal["daiban.assignment.hold_started"]
    data: HoldStarted


class HoldEndedEvent(Envelope):
    type: Literal["daiban.assignment.hold_ended"]
    data: HoldEnded


class ExtensionRequestedEvent(Envelope):
    type: Literal["daiban.assignment.extension_requested"]
    data: ExtensionRequested


class DecidedEvent(Envelope):
    type: Literal["daiban.assignment.decided"]
    data: Annotated[Granted | Refused, Field(discriminator="decision")]


class NoteEvent(Envelope):
    type: Literal["daiban.assignment.note"]
    data: Note


class NotAcceptedEvent(Envelope):
    type: Literal["daiban.assignment.not_accepted"]
    data: NotAccepted


class NotRequiredEvent(Envelope):
    type: Literal["daiban.assignment.not_required"]
    data: NotRequired


class OpinionGivenEvent(Envelope):
    type: Literal["daiban.assignment.opinion_given"]
    data: OpinionGiven


class ReviewFinishedEvent(Envelope):
    type: Literal["daiban.assignment.review_finished"]
    data: ReviewFinished


class CureVerifiedEvent(Envelope):
    type: Literal["daiban.assignment.cure_verified"]
    data: CureVerified


class BreachFoundEvent(Envelope):
    type: Literal["daiban.assignment.breach_found"]
    data: BreachFound


DepartmentEvent = Annotated[
    AcceptedEvent
    | ClaimedEvent
    | CorrectionRequestedEvent
    | HoldStartedEvent
    | HoldEndedEvent
    | ExtensionRequestedEvent
    | DecidedEvent
    | NoteEvent
    | NotAcceptedEvent
    | NotRequiredEvent
    | OpinionGivenEvent
    | ReviewFinishedEvent
    | CureVerifiedEvent
    | BreachFoundEvent,
    Field(discriminator="type"),
]
EVENT: Final[TypeAdapter[Any]] = TypeAdapter(DepartmentEvent)
