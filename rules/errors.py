"""Requests that cannot be carried out, each with a stable code that callers may rely on."""

from typing import ClassVar


class DaibanError(Exception):
    """Base of every business error; ``code`` is stable, the message is for people (Chinese first)."""

    code: ClassVar[str] = "error"
    #: What was refused has been entered all the same: whoever answers must let the transaction commit.
    kept: bool = False

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFoundError(DaibanError):
    """Nothing of that name exists, or the caller may not know that it does."""

    code = "not-found"


class InvalidIntakeError(DaibanError):
    """The intake form does not fit the journey: unknown journey, unknown question, wrong answer."""

    code = "invalid-intake"


class CatalogError(DaibanError):
    """The catalog's files contradict themselves; ``details['problems']`` lists every finding."""

    code = "invalid-catalog"


class ForbiddenError(DaibanError):
    """The caller is known but may not do this."""

    code = "forbidden"


class ConflictOfInterestError(DaibanError):
    """A person would judge for a department what they brought in for an applicant, or countersign their own refusal."""

    code = "conflict-of-interest"


class NotAuthorisedError(DaibanError):
    """An act outside what was entrusted, or by another than the person who is in charge of the post at this time."""

    code = "not-authorised"


class InPersonRequiredError(NotAuthorisedError):
    """An agent's act where the law wants the applicant to come in person."""

    code = "in-person-required"


class InvalidEngagementError(DaibanError):
    """An engagement that entrusts nothing, ends before it begins, or names agents, items or stages nobody knows."""

    code = "invalid-engagement"


class InvalidRosterError(DaibanError):
    """A post or an absence that cannot be: A as own backup, an end before the beginning, a role that does not fit."""

    code = "invalid-roster"


class InvalidEventError(DaibanError):
    """A department's event lacks what its kind requires, or carries an impossible time."""

    code = "invalid-event"


class ClockSkewError(InvalidEventError):
    """The event is dated ahead of our clock, or before what it speaks of was opened; the answer carries both times."""

    code = "clock-skew"


class UnknownAssignmentError(DaibanError):
    """There is no assignment or opinion of this id; told only to a department that has signed."""

    code = "unknown-assignment"


class WrongDepartmentError(DaibanError):
    """The assignment or opinion is another department's, or has been handed on to another."""

    code = "wrong-department"


class AlreadyDecidedError(DaibanError):
    """The assignment has its one final decision; the answer carries it."""

    code = "already-decided"


class AssignmentClosedError(DaibanError):
    """The assignment ended without a decision: cancelled, withdrawn or blocked."""

    code = "assignment-closed"


class PrerequisitesOpenError(DaibanError):
    """An item may not be granted before the items it awaits (typed edge H)."""

    code = "prerequisites-open"


class NotAllowedNowError(DaibanError):
    """The act does not fit the assignment's status, or may happen only once."""

    code = "not-allowed-now"


class EventReusedError(DaibanError):
    """An event id came again with a different content."""

    code = "event-id-reused"


class MilestoneNotOpenError(DaibanError):
    """A milestone was reported although something that gates it is not granted."""

    code = "milestone-not-open"


class ApplicationClosedError(DaibanError):
    """The application is concluded; nothing of this kind can be done with it any more."""

    code = "application-closed"


class LaunchKeyReusedError(DaibanError):
    """An Idempotency-Key came again with a different application form."""

    code = "idempotency-key-reused"


class CatalogNotLoadedError(DaibanError):
    """No catalog version has been published yet."""

    code = "catalog-not-loaded"


class InvalidNumberError(DaibanError):
    """A number or code is mistyped; ``details['fault']`` says how: length, shape, character, date, serial or check."""

    code = "invalid-number"


class DocumentIncompleteError(DaibanError):
    """A document lacks what the law requires of its kind; ``details['missing']`` names each part in Chinese."""

    code = "document-incomplete"


class DocumentAlteredError(DaibanError):
    """The stored content of a document is not what was issued; it is not printed again."""

    code = "document-altered"


class RefusedOnRecordError(NotAllowedNowError):
    """The law forbids the act, and the attempt is kept in the step records: whoever answers must let them commit."""

    code = "refused-on-record"
    kept = True

    def __init__(self, message: str, entries: tuple[object, ...] = (), **details: object) -> None:
        super().__init__(message, **details)
        #: What is entered in the case file although the act is refused.
        self.entries = entries


class OpinionsAwaitedError(DaibanError):
    """An item may not be decided before the departments to be heard on it have answered; ``awaited`` names them."""

    code = "opinions-awaited"


class OpinionsOpposedError(DaibanError):
    """An item may not be granted against the opinions of the departments heard on it; ``opposed`` names them."""

    code = "opinions-opposed"


class InvalidPlanError(DaibanError):
    """An item cannot be added to or dropped from the plan: unknown, already there, in a cycle, or decided."""

    code = "invalid-plan"


class InvalidSessionError(DaibanError):
    """A joint session lacks what it needs: a time ahead, invited departments, two officers from each."""

    code = "invalid-session"


class FilingIncompleteError(DaibanError):
    """A negative decision lacks its reason, its law, its handler, or a second person who may approve it."""

    code = "filing-incomplete"


class WithdrawalPendingError(DaibanError):
    """The applicant asked for the application back before this act is dated: only earlier acts are still taken."""

    code = "withdrawal-pending"


class ReapplicationBarredError(DaibanError):
    """The applicant may not apply for this item yet, after false papers or deception (行政许可法 art. 78, 79)."""

    code = "reapplication-barred"


class ClosureRefusedError(RefusedOnRecordError):
    """The application may not be closed yet; ``details['obstacles']`` lists why (no false completion)."""

    code = "closure-refused"


class CallBackMissingError(NotAllowedNowError):
    """A complaint is not closed before the complainant has been asked what they think of the answer (回访)."""

    code = "call-back-missing"


class InvalidDeliveryError(DaibanError):
    """A delivery lacks its evidence, or cannot go by that way."""

    code = "invalid-delivery"


class InvalidAppointmentError(DaibanError):
    """An appointment at a time that cannot be, with a department that has nothing to do with it, or without a place."""

    code = "invalid-appointment"


class CommitmentRefusedError(DaibanError):
    """The item or the applicant does not qualify for a commitment; ``details['ineligibility']`` says why."""

    code = "commitment-refused"


class CureOpenError(DaibanError):
    """An item accepted with deferrable materials missing may not be granted before they are brought."""

    code = "cure-open"


class CommitmentMissingError(DaibanError):
    """A decision on the applicant's promise needs a signed commitment."""

    code = "commitment-missing"


class FileKindRefusedError(DaibanError):
    """The content is none of the kinds of files taken in, whatever its name says; ``accepted`` lists them."""

    code = "file-kind-refused"


class FileInfectedError(DaibanError):
    """The scanner has found a virus in the file; it is not kept, and an infected one is not given out."""

    code = "file-infected"


class FileQuarantinedError(DaibanError):
    """The scanner has not looked at the file yet; nobody gets it before. Try again later."""

    code = "file-quarantined"


class FileAlteredError(DaibanError):
    """What arrived does not have the hash that was announced for it."""

    code = "file-altered"


class DocumentNotUploadedError(DaibanError):
    """The decision names a document that has not been uploaded; upload it and send the same event again."""

    code = "document-not-uploaded"
