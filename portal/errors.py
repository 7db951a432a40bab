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


class InternalError(DaibanError):
    """Something went wrong on our side; the request id leads to it in our log."""

    code = "internal-error"
