"""Spans of days: a span holds the days d with after < d <= until, as every legal period does (民法典 art. 201)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.workdays import Calendar

#: The end of a span that has not ended.
OPEN: Final = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """The days after ``after``, up to and including ``until``."""

    after: date
    until: date = OPEN


def union(spans: Iterable[Span]) -> list[Span]:
    """Merge spans that overlap or touch, in order; an empty one vanishes."""
    merged: list[Span] = []
    for span in sorted((span for span in spans if span.until > span.after), key=lambda span: span.after):
        if merged and span.after <= merged[-1].until:
            merged[-1] = Span(merged[-1].after, max(merged[-1].until, span.until))
        else:
            merged.append(span)
    return merged


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return the days of ``spans`` that no span of ``taken`` has."""
    left = union(spans)
    for cut in union(taken):
        left = union(
            part
            for span in left
            for part in (Span(span.after, min(span.until, cut.after)), Span(max(span.after, cut.until), span.until))
        )
    return left


def within(spans: Iterable[Span], after: date, until: date) -> list[Span]:
    """Return the days of ``spans`` that are after ``after`` and not after ``until``."""
    return union(Span(max(span.after, after), min(span.until, until)) for span in spans)


def working_days(spans: Sequence[Span], calendar: Calendar) -> int:
    """Count the working days of spans that do not overlap."""
    return sum(calendar.count_working_days(span.after, span.until) for span in spans)
