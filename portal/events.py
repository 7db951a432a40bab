"""What a department may report of an assignment: CloudEvents 1.0 in structured mode, one kind of data for each act."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from casework.department_events import Event
from portal import procedure_events
from portal.envelopes import PREFIX, Envelope
from portal.errors import UnknownEventTypeError, UnsupportedVersionError
from portal.fields import Body, Days, Name, Prose
from portal.later_events import BreachFound, CureVerified, DecisionCorrected, ReviewFinished, UseExtended
from portal.problems import invalid
from rules.errors import InvalidEventError
from rules.vocabulary import DepartmentAct

#: The hash of a result document that has been uploaded before.
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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

    #: One of the ``procedures`` of the assignment as it was dispatched.
    procedure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    days: Days
    reason: Prose
    #: Who goes there: two at least for an ``inspection`` or a ``site_visit`` (行政许可法 art. 34(3)).
    officers: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    handler: Name | None = None


class HoldEnded(Body):
    """The special procedure is over."""

    reason: Prose | None = None
    handler: Name | None = None


class ExtensionRequested(Body):
    """``days`` more of the limit's unit, approved by whom the item's law names (行政许可法 art. 42)."""

    days: Days
    approver: Name
    #: The head of the department, or of the government at its level.
    approver_level: Literal["agency_head", "government_head"] = "agency_head"
    reason: Prose
    handler: Name | None = None


class Granted(Body):
    """The permit is granted, or granted on the applicant's promise (告知承诺); it names its result document."""

    decision: Literal["granted", "granted_by_commitment"]
    document_number: Name | None = None
    #: Stated in the decision's document: what is asked of the holder, and until when the permit is valid.
    conditions: Prose | None = None
    valid_until: date | None = None
    reason: Prose | None = None
    legal_basis: Prose | None = None
    handler: Name | None = None
    document: Sha256 | None = None


class PartlyGranted(Body):
    """Part of what was applied for is granted; why not the rest is said as of a refusal (行政许可法 art. 38)."""

    decision: Literal["partly_granted"]
    reason: Prose
    legal_basis: Prose
    document_number: Name | None = None
    #: Stated in the decision's document: which part is refused.
    refused_part: Prose | None = None
    conditions: Prose | None = None
    valid_until: date | None = None
    handler: Name | None = None
    document: Sha256 | None = None


class NotRequired(Body):
    """No permit is needed for what was applied for (行政许可法 art. 32(1))."""

    decision: Literal["not_required"]
    reason: Prose
    legal_basis: Prose
    handler: Name | None = None
    document: Sha256 | None = None


class Refused(Body):
    """The permit is refused, with reasons and the law they rest on (行政许可法 art. 38), by two people (否定备案).

    Without an approver it is a proposal, until another person approves it or returns it.
    """

    decision: Literal["refused"]
    reason: Prose
    legal_basis: Prose
    facts: Prose | None = None
    papers: Annotated[tuple[Name, ...], Field(max_length=50)] | None = None
    document_number: Name | None = None
    handler: Name | None = None
    approver: Name | None = None
    document: Sha256 | None = None


class RefusalApproved(Body):
    """Another person approves the negative decision proposed: it takes effect now."""

    approver: Name
    document_number: Name | None = None


class RefusalReturned(Body):
    """Another person sends the negative decision proposed back: review goes on."""

    approver: Name
    reason: Prose


class Transferred(Body):
    """Another department is competent; it gets the assignment with the time already used (移送)."""

    department: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    reason: Prose
    handler: Name | None = None


class Note(Body):
    """Something worth knowing, which changes nothing; or the answer to an order of supervision (督办)."""

    text: Prose
    answers: Literal["supervision"] | None = None
    handler: Name | None = None


class NotAccepted(Body):
    """Not within the department's competence; ``competent_agency`` is (不予受理, 行政许可法 art. 32(2))."""

    competent_agency: Name
    reason: Prose
    legal_basis: Prose
    document_number: Name | None = None
    handler: Name
    approver: Name | None = None


class NoPermitNeeded(Body):
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


class UseExtendedEvent(Envelope):
    type: Literal["daiban.assignment.use_extended"]
    data: UseExtended


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
    data: Annotated[Granted | PartlyGranted | NotRequired | Refused, Field(discriminator="decision")]


class RefusalApprovedEvent(Envelope):
    type: Literal["daiban.assignment.refusal_approved"]
    data: RefusalApproved


class RefusalReturnedEvent(Envelope):
    type: Literal["daiban.assignment.refusal_returned"]
    data: RefusalReturned


class TransferredEvent(Envelope):
    type: Literal["daiban.assignment.transferred"]
    data: Transferred


class DecisionCorrectedEvent(Envelope):
    type: Literal["daiban.assignment.decision_corrected"]
    data: DecisionCorrected


class NoteEvent(Envelope):
    type: Literal["daiban.assignment.note"]
    data: Note


class NotAcceptedEvent(Envelope):
    type: Literal["daiban.assignment.not_accepted"]
    data: NotAccepted


class NotRequiredEvent(Envelope):
    type: Literal["daiban.assignment.not_required"]
    data: NoPermitNeeded


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
    | RefusalApprovedEvent
    | RefusalReturnedEvent
    | TransferredEvent
    | DecisionCorrectedEvent
    | ReviewFinishedEvent
    | CureVerifiedEvent
    | BreachFoundEvent
    | UseExtendedEvent
    | procedure_events.HearingToldEvent
    | procedure_events.HearingRequestedEvent
    | procedure_events.HearingAnnouncedEvent
    | procedure_events.HearingHeldEvent
    | procedure_events.OfficersAssignedEvent
    | procedure_events.SiteVisitedEvent
    | procedure_events.RevocationOpenedEvent
    | procedure_events.RevocationDecidedEvent
    | procedure_events.CancellationOpenedEvent
    | procedure_events.CancellationDecidedEvent,
    Field(discriminator="type"),
]
EVENT: Final[TypeAdapter[Any]] = TypeAdapter(DepartmentEvent)


def read_event(body: bytes, about: UUID) -> Event:
    """Read a verified message about an assignment or opinion.

    Raises InvalidRequestError, UnknownEventTypeError, UnsupportedVersionError, InvalidEventError.
    """
    try:
        reported: Envelope = EVENT.validate_json(body)
    except ValidationError as error:
        for finding in error.errors(include_url=False):
            if finding["type"] == "union_tag_invalid" and finding["loc"] == ():
                known = [f"{PREFIX}{act}" for act in DepartmentAct]
                raise UnknownEventTypeError("协议中没有这种事件类型", known=known) from error
            if finding["loc"][-1:] == ("specversion",) and finding["type"] == "literal_error":
                raise UnsupportedVersionError("不支持此 CloudEvents 版本", supported=["1.0"]) from error
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False), "body") from error
    if reported.subject != about:
        raise InvalidEventError("subject 与地址中的部门任务不一致", subject=str(reported.subject))
    return reported.event()
