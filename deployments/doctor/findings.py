"""What an examination finds."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was seen, and how to mend it where it is not as it should be."""

    name: str
    grade: Grade
    seen: str
    mend: str = ""


def ok(name: str, seen: str) -> Finding:
    return Finding(name, Grade.OK, seen)


def warn(name: str, seen: str, mend: str) -> Finding:
    return Finding(name, Grade.WARN, seen, mend)


def fail(name: str, seen: str, mend: str) -> Finding:
    return Finding(name, Grade.FAIL, seen, mend)
