"""Whom an application waits for, in English; in Chinese ``casework.wording`` says it, the same everywhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from casework.queries import Line
from rules.catalog import is_milestone
from rules.planner import Wait
from rules.planning.siblings import QUESTION
from rules.planning.waiting import COMPLAINT, CONFIRMATION, DELIVERY, OBJECTION, WITHDRAWAL
from rules.vocabulary import Party

_SHOWN: Final = 3
_WAITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WITHDRAWAL: "the withdrawal to be confirmed",
        CONFIRMATION: "the applicant to confirm receipt",
        OBJECTION: "the center to answer an objection",
        COMPLAINT: "a complaint to be settled",
        QUESTION: "the agent to say whether the other items go on",
    }
)
_MILESTONES: Final[Mapping[str, str]] = MappingProxyType(
    {"#START": "the start of construction", "#DONE": "the completion", "#OPER": "the opening"}
)
_STANDING: Final[Mapping[Party, str]] = MappingProxyType(
    {Party.CENTER: " (being sent)", Party.LEADER: " (refusal to be countersigned)", Party.SUPERIOR: " (superior organ)"}
)


def waiting(waits: Sequence[Wait], lines: Sequence[Line], called: Callable[[str], str]) -> str:
    """Say in one line whom an application waits for: ``Waiting on 2 of 8: …``; empty where it waits for nobody."""
    if not waits:
        return ""
    ordered = sorted(waits, key=lambda wait: (wait.until or date.max, wait.party, wait.what))
    known = {line.item: line for line in lines}
    shown = "; ".join(_wait(wait, known, called) for wait in ordered[:_SHOWN])
    more = f"; and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return f"Waiting on {len(ordered)} of {len(lines)}: {shown}{more}"


def _wait(wait: Wait, known: Mapping[str, Line], called: Callable[[str], str]) -> str:
    if wait.what in _WAITS:
        return _WAITS[wait.what]
    line = known.get(wait.what.removeprefix(DELIVERY))
    item = line.name_en if line else wait.what
    due = "" if wait.left is None else f" ({_left(wait.left, provisional=wait.provisional)})"
    if wait.what.startswith(DELIVERY):
        return f"the center to deliver the result of {item}{due}"
    if line is not None and (wait.party in (Party.DEPARTMENT, Party.LEADER, Party.SUPERIOR) or wait.who):
        if wait.who != line.department:
            heard = next((called(each.department_name) for each in known.values() if each.department == wait.who), "")
            return f"the opinion of {heard or wait.who} on {item}{due}"
        return f"{called(line.department_name)} · {item}{_STANDING.get(wait.party, '')}{due}"
    if wait.party is Party.CENTER:
        return "the center to deliver"
    if is_milestone(wait.what):
        return f"the agent to report {_MILESTONES.get(wait.what, wait.what)}"
    return f"the {wait.party.value} to {'bring' if wait.party is Party.APPLICANT else 'deal with'} {item}"


def _left(days: int, *, provisional: bool) -> str:
    if provisional:
        return f"provisionally {days} working days left" if days >= 0 else "provisional limit reached"
    return f"{days} working days left" if days >= 0 else f"{-days} working days late"
