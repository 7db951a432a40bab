"""Refusals that belong to HTTP and not to the office's work; those of the work are in ``rules.errors``."""

from rules.errors import DaibanError


class InvalidRequestError(DaibanError):
    """The request is not of the form that the API describes; ``errors`` names every place and what is wrong there."""

    code = "invalid-request"


class NotAuthenticatedError(DaibanError):
    """The request does not prove who sends it: no or an unknown token, no or a wrong signature."""

    code = "not-authenticated"

    def __init__(self, message: str, challenge: str, **details: object) -> None:
        super().__init__(message, **details)
        self.challenge = challenge


class StaleTimestampError(NotAuthenticatedError):
    """The header webhook-timestamp is more than five minutes from our clock; ``now`` is ours, sign again by it."""

    code = "stale-timestamp"


class UnsupportedVersionError(DaibanError):
    """The request speaks a version of the protocol that is not understood; ``supported`` lists those that are."""

    code = "unsupported-protocol-version"


class UnknownEventTypeError(DaibanError):
    """The event's type is none of the protocol; ``known`` lists those that are."""

    code = "unknown-event-type"


class RequestTimeoutError(DaibanError):
    """The body did not arrive in time; nothing was done with it. Try again later."""

    code = "request-timeout"


class ForeignFormError(DaibanError):
    """A form was not sent from a page of the portal, or from one that has expired."""

    code = "foreign-form"


class MethodNotAllowedError(DaibanError):
    """The address exists but not for this method; the header Allow names those that do."""

    code = "method-not-allowed"


class BodyTooLargeError(DaibanError):
    """The body is larger than one MiB."""

    code = "body-too-large"


class UnsupportedMediaTypeError(DaibanError):
    """The body is of a kind that is not read here."""

    code = "unsupported-media-type"


class UnavailableError(DaibanError):
    """The office cannot answer at the moment: no database, or not prepared yet. Try again later."""

    code = "unavailable"


class TooManyAttemptsError(DaibanError):
    """Too many wrong codes have come from here; try again after the time that Retry-After tells."""

    code = "too-many-attempts"


class InternalError(DaibanError):
    """Something went wrong on our side; the request id leads to it in our log."""

    code = "internal-error"


class FileTooLargeError(DaibanError):
    """The file is larger than this office takes in; ``largest`` says how many bytes it may have."""

    code = "file-too-large"


class LinkInvalidError(DaibanError):
    """The link to a file is not ours, or was altered; or it was made for a department that has no part in this now."""

    code = "link-invalid"


class LinkExpiredError(DaibanError):
    """The link to a file has come to its end; ask for the materials of the assignment to get a new one."""

    code = "link-expired"
