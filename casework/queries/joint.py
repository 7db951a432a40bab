"""How an application is joined, whom its items have been discussed with, and what it takes over from an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from casework.wording import join_words
from rules.catalog import DepartmentCode, ItemCode
from rules.joining import Verdict, Vote
from rules.network import Network
from rules.opinions import due
from rules.planning import siblings
from rules.snapshot import ApplicationSnapshot
from rules.terms import JoinPolicy, OnRefusal, Siblings
from rules.vocabulary import OpinionAnswer, OpinionStatus, SessionKind, SessionStatus, SiblingsDecision

#: What is read beyond the snapshot, as columns of a SELECT over ``applications a``.
JOINT_PARTS: Final = """
  (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.asked_at, o.department) FROM opinions o WHERE o.application_id = a.id)
    AS opinion_rows,
  (SELECT jsonb_agg(to_jsonb(j) ORDER BY j.serial) FROM joint_sessions j WHERE j.application_id = a.id)
    AS session_rows,
  (SELECT e.number FROM applications e WHERE e.id = a.reapplies_id) AS reapplies"""


@dataclass(frozen=True, slots=True)
class JoinStanding:
    """How the required items become the outcome, and how their votes stand."""

    policy: JoinPolicy
    needed: int
    deciding: tuple[str, ...]
    on_refusal: OnRefusal
    siblings: Siblings
    #: The policy in Chinese words.
    words: str
    for_: tuple[str, ...]
    against: tuple[str, ...]
    open: tuple[str, ...]
    #: None while the open votes can change it.
    verdict: Verdict | None
    #: Items on which an agent has to say whether they go on.
    asked: tuple[str, ...]
    decision: SiblingsDecision | None


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """What a department was asked, and said, of another department's item."""

    id: UUID
    item: str
    department: str
    name: str
    status: OpinionStatus
    answer: OpinionAnswer | None
    reason: str | None
    conditions: str | None
    document_number: str | None
    handler: str | None
    asked_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    due: date | None
    #: Its silence counted as consent by the document ``basis``.
    deemed: bool
    basis: str | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A joint review or inspection: who was summoned, who came, what they concluded."""

    session: int
    kind: SessionKind
    status: SessionStatus
    stage: str
    lead: str
    items: tuple[str, ...]
    departments: tuple[str, ...]
    planned_at: datetime
    held_at: datetime | None
    place: str
    minutes: str
    attendance: dict[str, Any]
    conclusions: dict[str, Any]


def join_standing(snapshot: ApplicationSnapshot) -> JoinStanding:
    """Say how the votes of an application stand."""
    join = snapshot.network.join
    votes, open_ = siblings.ballot(snapshot.progress)
    asked = tuple(sorted(siblings.concerned(snapshot))) if siblings.asked(snapshot) else ()
    return JoinStanding(
        policy=join.policy,
        needed=join.needed,
        deciding=join.deciding,
        on_refusal=join.on_refusal,
        siblings=join.siblings,
        words=join_words(snapshot.network),
        for_=tuple(item for item, vote in votes.items() if vote is Vote.FOR),
        against=tuple(item for item, vote in votes.items() if vote is Vote.AGAINST),
        open=open_,
        verdict=siblings.verdict(snapshot),
        asked=asked,
        decision=snapshot.siblings,
    )


def opinion_lines(snapshot: ApplicationSnapshot, rows: Any) -> tuple[OpinionLine, ...]:
    """Put together what departments were asked; ``rows`` is the column of JOINT_PARTS."""
    views = {str(view.id): view for view in snapshot.opinions}
    return tuple(_opinion(snapshot, row, views[row["id"]]) for row in rows or ())


def _opinion(snapshot: ApplicationSnapshot, row: Mapping[str, Any], view: Any) -> OpinionLine:
    last = due(view, snapshot.calendar)
    return OpinionLine(
        id=view.id,
        item=view.item,
        department=view.department,
        name=voice_name(snapshot.network, view.item, view.department),
        status=view.status,
        answer=view.answer,
        reason=row["reason"],
        conditions=row["conditions"],
        document_number=row["document_number"],
        handler=row["handler"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        received_at=view.received_at,
        answered_at=_instant(row["answered_at"]),
        due=last.on if last else None,
        deemed=view.deemed,
        basis=row["basis"],
    )


def session_lines(rows: Any) -> tuple[SessionLine, ...]:
    """Put together the joint sessions; ``rows`` is the column of JOINT_PARTS."""
    return tuple(_session(row) for row in rows or ())


def _session(row: Mapping[str, Any]) -> SessionLine:
    return SessionLine(
        session=row["serial"],
        kind=SessionKind(row["kind"]),
        status=SessionStatus(row["status"]),
        stage=row["stage"],
        lead=row["lead"],
        items=tuple(row["items"]),
        departments=tuple(row["departments"]),
        planned_at=datetime.fromisoformat(row["planned_at"]),
        held_at=_instant(row["held_at"]),
        place=row["place"],
        minutes=row["minutes"],
        attendance=row["attendance"],
        conclusions=row["conclusions"],
    )


def voice_name(network: Network, item: ItemCode, department: DepartmentCode) -> str:
    """Return the name of a department heard on an item."""
    cooperation = network.item(item).terms.cooperation
    voices = cooperation.voices if cooperation else ()
    return next((voice.name for voice in voices if voice.department == department), department)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
