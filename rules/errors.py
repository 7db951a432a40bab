"""Requests that cannot be carried out, each with a stable code that callers may rely on."""

from typing import ClassVar


class DaibanError(Exception):
    """Base of every business error; ``code`` is stable, the message is for people (Chinese first)."""

    code: ClassVar[str] = "error"

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


class InvalidEventError(DaibanError):
    """A department's event lacks what its kind requires, or carries an impossible time."""

    code = "invalid-event"


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


class CommitmentRefusedError(DaibanError):
    """The item or the applicant does not qualify for a commitment; ``details['ineligibility']`` says why."""

    code = "commitment-refused"


class CureOpenError(DaibanError):
    """An item accepted with deferrable materials missing may not be granted before they are brought."""

    code = "cure-open"


class CommitmentMissingError(DaibanError):
    """A decision on the applicant's promise needs a signed commitment."""

    code = "commitment-missing"
