"""What is published to everybody: proposed by one person, looked at and published by another; and what it changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.errors import ForbiddenError
from rules.vocabulary import Word


class DraftKind(Word):
    """What is proposed."""

    CATALOG = "catalog", "事项清单"
    CALENDAR = "calendar", "工作日历"


class DraftOutcome(Word):
    """What became of a proposal."""

    PUBLISHED = "published", "已发布"
    REJECTED = "rejected", "已退回"


class ChangeKind(Word):
    """What a newer version does to an entry."""

    ADDED = "added", "新增"
    CHANGED = "changed", "变更"
    DROPPED = "dropped", "删除"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that differs; ``path`` leads to it, as ``terms.legal_days``. None: not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a catalog that a newer version adds, changes or drops."""

    part: str
    code: str
    name: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...] = ()


_PARTS: Final = ("departments", "items", "journeys")
_ABSENT: Final = object()


def require_another(proposer: str, publisher: str) -> None:
    """Let only another person publish what somebody proposed. Raises ForbiddenError."""
    if proposer == publisher:
        raise ForbiddenError("须由另一人复核发布", account=publisher)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Compare two catalogs as they are stored, entry by entry."""
    return tuple(change for part in _PARTS for change in _part(part, before.get(part, {}), after.get(part, {})))


def _part(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        if old == new:
            continue
        name = str((new or old or {}).get("name", code))
        if old is None:
            yield Change(part, code, name, ChangeKind.ADDED)
        elif new is None:
            yield Change(part, code, name, ChangeKind.DROPPED)
        else:
            yield Change(part, code, name, ChangeKind.CHANGED, tuple(_fields("", old, new)))


def _fields(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            yield from _fields(f"{path}.{name}".lstrip("."), before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True), 1):
            yield from _fields(f"{path}[{index}]", old, new)
    elif before != after:
        yield FieldChange(path, None if before is _ABSENT else before, None if after is _ABSENT else after)
