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
