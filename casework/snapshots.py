"""Load one application as the planner sees it, in one round trip whatever the number of its assignments."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import calendars
from casework.calendars import NEWEST
from casework.snapshots_afterwards import AFTERWARDS, afterwards
from models import ApprovalNetwork
from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import ClockEvent, ClockEventKind, Light
from rules.commitments.record import CommitmentView
from rules.documents.kinds import DocumentKind
from rules.joining import Verdict
from rules.network import Network, from_document
from rules.snapshot import (
    ApplicationSnapshot,
    AssignmentView,
    GreenChannel,
    MaterialVersion,
    MessageView,
    NoticeView,
    OpinionView,
    RenewalView,
)
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    CommitmentKind,
    MessageKind,
    NoticeKind,
    OpinionAnswer,
    OpinionStatus,
    Outcome,
    Rung,
    SiblingsDecision,
)

#: What a snapshot is made of, as columns of a SELECT over ``applications a``; its clocks are a column of their own.
PARTS: Final = f"""
  (SELECT jsonb_agg(jsonb_build_array(s.id, s.item, s.department, s.round, s.status, s.light, s.awaits,
                                    s.deemed_accepted, s.asked, s.relied_on,
                                    s.handler, s.proposal, s.warned_for, s.warned_at, s.escalated,
                                    s.promised_due, s.legal_due, s.provisional, s.calendar_edition, s.reminded,
                                    s.reused_from, s.rung, s.supervised_on, s.answered, s.use_by, s.use_extensions,
                                    s.green, s.procedures,
                                    s.superseded)
                    ORDER BY s.round, s.opened_at, s.item)
     FROM assignments s WHERE s.application_id = a.id) AS assignments,
  (SELECT jsonb_agg(jsonb_build_array(m.id, m.assignment_id, m.kind, m.department, m.retry_at,
                                      coalesce(m.rejected_at, m.parked_at), m.deferred_at)
                    ORDER BY m.serial)
     FROM department_messages m
    WHERE m.application_id = a.id AND m.sent_at IS NULL AND m.voided_at IS NULL) AS messages,
  (SELECT jsonb_agg(jsonb_build_array(n.id, n.kind, n.assignment_id) ORDER BY n.created_at, n.id)
     FROM notices n WHERE n.application_id = a.id AND n.sent_at IS NULL) AS notices,
  (SELECT jsonb_agg(jsonb_build_array(w.code, w.reached_at)) FROM milestones w WHERE w.application_id = a.id)
    AS milestones,
  (SELECT jsonb_agg(jsonb_build_array(t.name, t.provided_at, t.version, t.sha256))
     FROM materials t WHERE t.application_id = a.id) AS materials,
  (SELECT jsonb_agg(jsonb_build_array(o.id, o.assignment_id, o.item, o.department, o.status, o.days, o.answer,
                                      o.received_at, o.warned, o.deemed) ORDER BY o.asked_at, o.department)
     FROM opinions o WHERE o.application_id = a.id) AS opinions,
  a.verdict, a.verdict_at, a.siblings, a.renewals, a.green,
  (SELECT count(*) FROM refusal_filings f WHERE f.application_id = a.id) AS filings,
  (SELECT jsonb_object_agg(j.stage, j.days) FROM joint_extensions j WHERE j.application_id = a.id) AS joint_extensions,
  {NEWEST} AS calendar,
  (SELECT jsonb_agg(jsonb_build_array(c.id, c.item, c.kind, c.materials, c.form, c.own_date, c.due_on, c.reminded_at,
                                      c.supplied_at, c.orders, c.document) ORDER BY c.signed_at, c.id)
     FROM commitments c WHERE c.application_id = a.id AND c.ended_at IS NULL) AS commitments,
  {AFTERWARDS}"""  # noqa: S608 - constants
ALL_CLOCKS: Final = """
  (SELECT jsonb_agg(jsonb_build_array(e.assignment_id, e.kind, e.at, e.days, e.reason) ORDER BY e.at, e.id)
     FROM clock_events e WHERE e.application_id = a.id) AS clock"""
_RUNNING_CLOCKS: Final = """
  (SELECT jsonb_agg(jsonb_build_array(e.assignment_id, e.kind, e.at, e.days, e.reason) ORDER BY e.at, e.id)
     FROM clock_events e JOIN assignments s ON s.id = e.assignment_id AND s.ended_at IS NULL
    WHERE e.application_id = a.id) AS clock"""
#: How many documents there are of each kind and item: the next one's serial follows.
_DOCUMENTS: Final = """
  (SELECT jsonb_agg(jsonb_build_array(n.kind, n.item, n.issued))
     FROM (SELECT d.kind, d.item, count(*) AS issued FROM issued_documents d
            WHERE d.application_id = a.id GROUP BY d.kind, d.item) n) AS documents"""
_EDITIONS: Final = """
  (SELECT digest FROM catalog_versions ORDER BY number DESC LIMIT 1) AS newest_catalog,
  (SELECT v.digest FROM catalog_versions v WHERE v.number = a.catalog_version) AS pinned_catalog"""
_LOAD = text(f"SELECT {PARTS}, {_RUNNING_CLOCKS}, {_DOCUMENTS}, {_EDITIONS} FROM applications a WHERE a.id = :id")  # noqa: S608 - constants

_CLOCKS = text(f"SELECT {ALL_CLOCKS} FROM applications a WHERE a.id = :id")  # noqa: S608 - constants


class Editions(NamedTuple):
    """The digests of two catalog versions: the newest one, and the one that an application is on."""

    newest: str
    pinned: str


async def load_snapshot(session: AsyncSession, application: Row[Any]) -> tuple[ApplicationSnapshot, Editions]:
    """Build the snapshot of a row that has id, network and what ``assembled`` reads of an application."""
    parts = (await session.execute(_LOAD, {"id": application.id})).one()
    issued = {(DocumentKind(kind), item): number for kind, item, number in parts.documents or ()}
    snapshot = replace(await assembled(session, application, parts), documents=issued)
    return snapshot, Editions(parts.newest_catalog, parts.pinned_catalog)


async def with_all_clocks(
    session: AsyncSession, snapshot: ApplicationSnapshot, application_id: int
) -> ApplicationSnapshot:
    """Add the clocks of the assignments that have ended, which the planner does not need."""
    clock = await session.scalar(_CLOCKS, {"id": application_id})
    events = _events(clock or ())
    views = {
        item: replace(view, clock=tuple(events.get(str(view.id), ()))) for item, view in snapshot.assignments.items()
    }
    return replace(snapshot, assignments=views)


async def assembled(session: AsyncSession, application: Row[Any], parts: Row[Any]) -> ApplicationSnapshot:
    """Put a snapshot together from rows already loaded; ``parts`` has the columns of PARTS and a clock.

    ``application`` has number, status, outcome, network, withdrawal_requested_at and concluded_at.
    """
    milestones = parts.milestones or ()
    materials = parts.materials or ()
    items = {row[0]: row[1] for row in parts.assignments or ()}
    return ApplicationSnapshot(
        number=application.number,
        status=ApplicationStatus(application.status),
        network=await network(session, application.network),
        assignments=_assignments(parts.assignments or (), parts.clock or ()),
        rounds=_rounds(parts.assignments or ()),
        milestones_opened=frozenset(NodeCode(code) for code, _ in milestones),
        milestones_reached=frozenset(NodeCode(code) for code, reached in milestones if reached),
        materials_provided=frozenset(name for name, provided, _, _ in materials if provided),
        materials_asked=frozenset(name for name, provided, _, _ in materials if not provided),
        material_versions={name: MaterialVersion(version, sha256) for name, _, version, sha256 in materials if version},
        messages=tuple(_message(items, *row) for row in parts.messages or ()),
        notices=tuple(_notice(*row) for row in parts.notices or ()),
        withdrawal_requested_at=application.withdrawal_requested_at,
        outcome=Outcome(application.outcome) if application.outcome else None,
        opinions=tuple(_opinion(*row) for row in parts.opinions or ()),
        verdict=Verdict(parts.verdict) if parts.verdict else None,
        verdict_at=parts.verdict_at,
        siblings=SiblingsDecision(parts.siblings) if parts.siblings else None,
        filings=parts.filings,
        concluded_at=application.concluded_at,
        renewals={ItemCode(item): _renewal(*row) for item, row in (parts.renewals or {}).items()},
        green=_green(parts.green),
        calendar=await calendars.named(session, parts.calendar),
        joint_extensions=parts.joint_extensions or {},
        commitments=tuple(_commitment(*row) for row in parts.commitments or ()),
        **afterwards(parts),
    )


async def network(session: AsyncSession, digest: str) -> Network:
    """Return a resolved network; it is named by its content, so a copy once loaded never grows stale."""
    found = _known(digest)
    if not found:
        statement = select(col(ApprovalNetwork.document)).where(col(ApprovalNetwork.digest) == digest)
        document = await session.scalar(statement)
        found.append(from_document(document or {}))
    return found[0]


@lru_cache(maxsize=512)
def _known(digest: str) -> list[Network]:
    return []


def _events(clock: Any) -> Mapping[str, list[ClockEvent]]:
    events: dict[str, list[ClockEvent]] = defaultdict(list)
    for assignment, kind, at, days, reason in clock:
        events[assignment].append(ClockEvent(ClockEventKind(kind), _instant(at), days, reason))
    return events


def _assignments(rows: Any, clock: Any) -> dict[ItemCode, AssignmentView]:
    events = _events(clock)
    latest = {row[1]: row for row in rows}
    return {ItemCode(item): _assignment(row, events) for item, row in latest.items() if not row[-1]}


def _rounds(rows: Any) -> dict[ItemCode, int]:
    """Return the last round of the items of which it was superseded."""
    latest = {row[1]: row for row in rows}
    return {ItemCode(item): row[3] for item, row in latest.items() if row[-1]}


def _assignment(row: Any, events: Mapping[str, list[ClockEvent]]) -> AssignmentView:
    id_, item, department, round_, status, light, awaits, deemed, asked, relied_on = row[:10]
    handler, proposal, warned_for, warned_at, escalated, *deadlines = row[10:]
    promised, legal, provisional, edition, reminded, reused_from, rung, supervised, answered, *use = deadlines
    use_by, use_extensions, green, procedures, _ = use
    return AssignmentView(
        id=UUID(id_),
        item=ItemCode(item),
        department=DepartmentCode(department),
        round=round_,
        status=AssignmentStatus(status),
        light=Light(light),
        awaits=tuple(ItemCode(code) for code in awaits),
        deemed_accepted=deemed,
        asked=tuple(asked),
        relied_on=relied_on,
        clock=tuple(events.get(id_, ())),
        handler=handler,
        proposal=proposal,
        warned_for=date.fromisoformat(warned_for) if warned_for else None,
        warned_at=_instant(warned_at) if warned_at else None,
        escalated=escalated,
        rung=Rung(rung) if rung else None,
        supervised_on=_day(supervised),
        answered=answered,
        promised_due=_day(promised),
        legal_due=_day(legal),
        provisional=provisional,
        calendar_edition=edition,
        reminded=reminded,
        reused=reused_from is not None,
        use_by=_day(use_by),
        use_extensions=use_extensions,
        green=green,
        procedures=procedures or {},
    )


def _notice(id_: str, kind: str, assignment: str | None) -> NoticeView:
    return NoticeView(UUID(id_), NoticeKind(kind), UUID(assignment) if assignment else None)


def _message(
    items: Mapping[str, str],
    id_: str,
    assignment: str,
    kind: str,
    department: str,
    retry: str | None,
    rejected: str | None,
    deferred: str | None,
) -> MessageView:
    return MessageView(
        id=UUID(id_),
        assignment=UUID(assignment),
        kind=MessageKind(kind),
        department=DepartmentCode(department),
        retry_at=_instant(retry) if retry else None,
        rejected_at=_instant(rejected) if rejected else None,
        deferred=deferred is not None,
        item=ItemCode(items[assignment]),
    )


def _opinion(
    id_: str,
    assignment: str,
    item: str,
    department: str,
    status: str,
    days: int,
    answer: str | None,
    received: str | None,
    warned: bool,
    deemed: bool,
) -> OpinionView:
    return OpinionView(
        id=UUID(id_),
        assignment=UUID(assignment),
        item=ItemCode(item),
        department=DepartmentCode(department),
        status=OpinionStatus(status),
        days=days,
        answer=OpinionAnswer(answer) if answer else None,
        received_at=_instant(received) if received else None,
        warned=warned,
        deemed=deemed,
    )


def _renewal(document_number: str, expires_on: str, in_time: bool) -> RenewalView:
    return RenewalView(document_number, date.fromisoformat(expires_on), in_time)


def _green(said: Mapping[str, str] | None) -> GreenChannel | None:
    if said is None:
        return None
    return GreenChannel(said["authority"], said["document"], said["reason"], _instant(said["since"]))


def _day(text_: str | None) -> date | None:
    return date.fromisoformat(text_) if text_ else None


def _commitment(
    id_: str,
    item: str,
    kind: str,
    materials: list[str],
    form: str,
    own_date: str | None,
    due_on: str | None,
    reminded: str | None,
    supplied: str | None,
    orders: int,
    document: str,
) -> CommitmentView:
    return CommitmentView(
        id=UUID(id_),
        item=ItemCode(item),
        kind=CommitmentKind(kind),
        materials=tuple(materials),
        form=form,
        own_date=date.fromisoformat(own_date) if own_date else None,
        due_on=date.fromisoformat(due_on) if due_on else None,
        reminded_at=_instant(reminded) if reminded else None,
        supplied_at=_instant(supplied) if supplied else None,
        orders=orders,
        document=document,
    )


def _instant(text_: str) -> datetime:
    return datetime.fromisoformat(text_)
