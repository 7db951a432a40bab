"""What a query answers, as the JSON document that the API and the command line show."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any
from uuid import UUID

from rules.vocabulary import Word
from rules.workdays import SHANGHAI


def as_json(answer: Any) -> dict[str, Any]:
    """Write a query's answer: every word beside its Chinese name (``status_zh``), instants in ISO 8601 at +08:00."""
    written: dict[str, Any] = {}
    for name, has_chinese_name in named_fields(answer.__class__):
        value = getattr(answer, name)
        written[name] = _plain(value)
        if has_chinese_name:
            written[f"{name}_zh"] = value.zh if value is not None else None
    return written


@cache
def named_fields(shape: type) -> tuple[tuple[str, bool], ...]:
    """List the fields of an answer, and whether each is a word that is written beside its Chinese name."""
    return tuple((field.name, _is_word(field.type)) for field in fields(shape))


def _is_word(annotation: Any) -> bool:
    kinds = annotation.__args__ if isinstance(annotation, UnionType) else (annotation,)
    return any(isinstance(kind, type) and issubclass(kind, Word) for kind in kinds)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(SHANGHAI).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case StrEnum():
            return value.value
        case tuple() | list():
            return [_plain(each) for each in value]
        case dict():
            return {_plain(key): _plain(each) for key, each in value.items()}
        case _ if is_dataclass(value):
            return as_json(value)
        case _:
            return value
