"""Texts kept word for word: a test writes the text anew, and any other word fails it.

``DAIBAN_APPROVE=1 pytest tests/rules`` writes what the rules say now into ``approved/``; read the difference before you
commit it, for it is what officers and applicants will read.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from rules.errors import DaibanError
from rules.network import Network
from rules.workdays import SHANGHAI, Calendar

_FOLDER = Path(__file__).parent / "approved"


def approve(name: str, lines: Iterable[str]) -> None:
    """Compare lines with the approved ones of that name."""
    kept, text = _FOLDER / f"{name}.txt", "".join(f"{line}\n" for line in lines)
    if os.environ.get("DAIBAN_APPROVE"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text.splitlines() == kept.read_text(encoding="utf-8").splitlines()


def said(value: Any) -> str:
    """Write a value so that everything in it shows: fields of their default are left out, instants are of Shanghai."""
    match value:
        case Network():
            return f"Network({', '.join(item.code for item in value.items)})"
        case Calendar():
            return f"Calendar({value.edition})"
        case Enum():
            return str(value.value)
        case str() | bool() | int() | float() | None:
            return repr(value)
        case datetime():
            return str(value.astimezone(SHANGHAI).replace(tzinfo=None))
        case date():
            return str(value)
        case UUID():
            return f"#{value.hex[:8]}"
        case Mapping():
            return f"{{{', '.join(f'{said(key)}: {said(each)}' for key, each in value.items())}}}"
        case frozenset() | set():
            return f"{{{', '.join(sorted(map(said, value)))}}}"
        case tuple() | list():
            return f"[{', '.join(map(said, value))}]"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({', '.join(_fields(value))})"
    raise TypeError(f"nobody has said how to write {value!r}")


def _fields(value: Any) -> Iterable[str]:
    for field in fields(value):
        if not field.repr:
            continue
        found = getattr(value, field.name)
        usual = field.default_factory() if field.default_factory is not MISSING else field.default
        if usual is MISSING or found != usual:
            yield f"{field.name}={said(found)}"


def answer(ask: Callable[[], Any]) -> str:
    """Write what is answered, or why nothing is."""
    try:
        return said(ask())
    except DaibanError as refused:
        kept = getattr(refused, "entries", ())
        return f"{refused.code}: {refused.message} {said(refused.details)}{said(kept) if kept else ''}"
