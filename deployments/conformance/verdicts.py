"""What a case found out."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    #: Works, but will make trouble; or is needed only by some departments.
    WARNED = "warned"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was tried, what came, and what to do about it."""

    case: str
    title: str
    verdict: Verdict
    #: What was seen.
    seen: str = ""
    #: What a person can do.
    advice: str = ""


class CaseError(Exception):
    """The endpoint does not do what the case asks."""

    def __init__(self, seen: str, advice: str) -> None:
        super().__init__(seen)
        self.seen = seen
        self.advice = advice


class UneasyError(CaseError):
    """The endpoint does it in a way that will make trouble."""


class NotPlayedError(CaseError):
    """The case was not played."""
