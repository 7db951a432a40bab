"""The acts about commitments: the applicant's, and what departments find when they check (容缺受理, 告知承诺)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rules.acts.applicant import require_open
from rules.acts.report import Report, stepped
from rules.canonical import fingerprint
from rules.catalog import ItemCode, NodeCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments import letters, tolerance
from rules.commitments.moves import order_told, resume
from rules.commitments.record import CommitmentView
from rules.entries import (
    BreachRecorded,
    Clocked,
    CommitmentRevised,
    CommitmentSigned,
    Entry,
    MaterialReceived,
    NoticeQueued,
    Step,
)
from rules.errors import CommitmentMissingError, CommitmentRefusedError, CureOpenError, NotAllowedNowError
from rules.identifiers import commitment_id, notice_id
from rules.materials import next_version
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import (
    AssignmentStatus,
    BreachKind,
    CommitmentKind,
    CommitmentStatus,
    DecisionKind,
    DepartmentAct,
    Ineligibility,
    NoticeKind,
)
from rules.workdays import local_date

#: What a department may report of an assignment that has ended, as long as a commitment of it is open.
AFTER_DECISION: Final = frozenset({DepartmentAct.CURE_VERIFIED, DepartmentAct.BREACH_FOUND})
_FAVOURABLE: Final = frozenset({DecisionKind.GRANT, DecisionKind.PARTLY_GRANT, DecisionKind.GRANT_BY_COMMITMENT})


@dataclass(frozen=True, slots=True)
class Promise:
    """What an applicant offers to commit to; no materials named means all that the kind of commitment can replace."""

    item: str
    signer: str
    kind: CommitmentKind = CommitmentKind.TOLERANCE
    materials: tuple[str, ...] = ()
    own_date: date | None = None
    form: str = "原件或电子件"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who commits, and the applicant's latest breach that is not repaired."""

    applicant: str
    credit_code: str
    breached_on: date | None = None


def committed(snapshot: ApplicationSnapshot, promise: Promise, standing: Standing, now: datetime) -> tuple[Entry, ...]:
    """Enter a commitment the applicant has signed; nothing when the same is open already.

    Raises NotFoundError for an item the application does not have, ApplicationClosedError, NotAllowedNowError once
    the item is at its department or for an own date that has passed, CommitmentRefusedError with the reason.
    """
    item, today = snapshot.network.item(promise.item), local_date(now)
    require_open(snapshot)
    same = [c for c in tolerance.open_commitments(snapshot, item.code) if c.kind is promise.kind]
    covered = frozenset(name for c in same for name in c.materials)
    materials = tuple(name for name in _materials(snapshot, promise) if name not in covered)
    if same and not materials:
        return ()
    if item.code in snapshot.assignments:
        raise NotAllowedNowError(f"{item.name} 已经派件，不能再作承诺", item=item.code)
    if promise.own_date is not None and promise.own_date < today:
        raise NotAllowedNowError(
            f"承诺的日期 {promise.own_date.isoformat()} 已过", own_date=promise.own_date.isoformat()
        )
    provided, policies = snapshot.materials_provided, snapshot.network.policies
    found = tolerance.ineligible(item, promise.kind, materials, provided, standing.breached_on, policies, today)
    if found is not None:
        barred = tolerance.barred_until(standing.breached_on, policies)
        until = {"barred_until": barred.isoformat()} if barred and found is Ineligibility.BREACH_ON_RECORD else {}
        raise CommitmentRefusedError(f"{item.name}：{found.zh}", ineligibility=found, item=item.code, **until)
    return _signed(snapshot, promise, materials, standing, now)


def _materials(snapshot: ApplicationSnapshot, promise: Promise) -> tuple[str, ...]:
    """List what is committed to, in the order of the catalog: never what has been brought already."""
    item = snapshot.network.item(promise.item)
    if promise.kind is CommitmentKind.NOTIFIED:
        return item.waived
    if promise.materials:
        return tuple(name for name in dict.fromkeys(promise.materials) if name not in snapshot.materials_provided)
    wanted = tolerance.deferrable(item) - snapshot.materials_provided
    return tuple(m.name for m in item.materials if m.name in wanted)


def _signed(
    snapshot: ApplicationSnapshot, promise: Promise, materials: tuple[str, ...], standing: Standing, now: datetime
) -> tuple[Entry, ...]:
    item = snapshot.network.item(promise.item)
    letter = letters.commitment_letter(
        item,
        promise.kind,
        materials,
        form=promise.form,
        own_date=promise.own_date,
        applicant=standing.applicant,
        credit_code=standing.credit_code,
        application=snapshot.number,
        signer=promise.signer,
        signed_at=now,
    )
    signature = fingerprint(letter)
    breached = standing.breached_on.isoformat() if standing.breached_on else None
    check = {"passed": True, "breached_on": breached, "bar_days": snapshot.network.policies.breach_bar_days}
    view = CommitmentView(
        commitment_id(snapshot.number, item.code, signature),
        item.code,
        promise.kind,
        materials,
        promise.form,
        own_date=promise.own_date,
    )
    prefix = "tolerance" if promise.kind is CommitmentKind.TOLERANCE else "commitment"
    details = {**letter, "commitment": str(view.id), "signature": signature, "credit_check": check}
    return (
        CommitmentSigned(view, promise.signer, now, signature, letters.TEXT_VERSION, check, letter),
        Step(f"{prefix}.signed", item.code, after=CommitmentStatus.SIGNED, details=details),
    )


def require_commitment(snapshot: ApplicationSnapshot, view: AssignmentView, kind: DecisionKind) -> None:
    """Require of a favourable decision what commitments it must have, and that none of them holds it back.

    Raises CureOpenError before the cure of an item whose result is held (辽宁省政务服务容缺受理管理办法), and
    CommitmentMissingError for a decision on a promise that nobody has signed (国办发〔2020〕42号).
    """
    if kind not in _FAVOURABLE:
        return
    waiting = tolerance.uncured(snapshot, view.item)
    if waiting:
        names = [name for c in waiting for name in c.materials]
        due = min((c.due_on for c in waiting if c.due_on), default=None)
        message = f"容缺材料尚未补齐：{'、'.join(names)}；补齐前不得出具结果（{letters.ARTICLES[waiting[0].kind]}）"
        raise CureOpenError(message, materials=names, due_on=due.isoformat() if due else None)
    promised = any(c.kind is CommitmentKind.NOTIFIED for c in tolerance.open_commitments(snapshot, view.item))
    if kind is DecisionKind.GRANT_BY_COMMITMENT and not promised:
        message = "没有申请人签署的告知承诺书，不得以告知承诺方式作出决定（国办发〔2020〕42号）"
        raise CommitmentMissingError(message, item=view.item)


def review_finished(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that only deferred materials are missing: the department's clock stops until they come.

    Raises NotAllowedNowError when nothing is missing: then there is nothing to wait for but the decision.
    """
    if not tolerance.uncured(snapshot, view.item):
        message = "没有待补齐的容缺材料，请直接作出决定"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act)
    event = ClockEvent(ClockEventKind.CURE_STARTED, report.occurred_at)
    return Clocked(view.item, event), *stepped(view, "review.finished", report, after)


def cure_verified(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Close the item's commitments as kept; materials handed in at the department itself count as brought.

    Raises NotAllowedNowError when there is no open commitment, or the cure came after its deadline while the result
    was held: a cure posted in time but arriving late is late.
    """
    kept = tuple(tolerance.open_commitments(snapshot, view.item))
    if not kept:
        raise NotAllowedNowError("没有待核验的承诺", assignment_status=view.status, act=report.act)
    entries: list[Entry] = []
    for c in kept:
        arrived = c.kind is CommitmentKind.TOLERANCE and c.supplied_at is None
        held = not view.status.final and tolerance.holds_result(snapshot.network.item(view.item))
        if arrived and held and c.due_on is not None and local_date(report.occurred_at) > c.due_on:
            message = f"补齐期限 {c.due_on.isoformat()} 已过"
            raise NotAllowedNowError(message, assignment_status=view.status, act=report.act)
        if arrived:
            by = report.details.get("handler") or view.department
            entries += [
                MaterialReceived(name, by, next_version(snapshot, name))
                for name in c.materials
                if name not in snapshot.materials_provided
            ]
        supplied = report.occurred_at if arrived else c.supplied_at
        entries.append(CommitmentRevised(c.id, {"status": CommitmentStatus.CURED, "supplied_at": supplied}))
    if view.status is AssignmentStatus.PENDING_CURE:
        entries += resume(view.item, report.occurred_at)
    return *entries, *stepped(view, "tolerance.cured", _naming(report, kept), after)


def breach_found(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter what a person has found: order correction within ``correct_within`` working days, or break the commitment.

    The licence stays as it is: revoking it is a procedure of its own (行政许可法 art. 69). What was granted on the
    strength of it is named, never undone. Raises NotAllowedNowError without an open commitment whose time has passed.
    """
    due = [c for c in tolerance.open_commitments(snapshot, view.item) if c.kind is CommitmentKind.NOTIFIED or c.orders]
    if not due:
        raise NotAllowedNowError("没有到期未履行的承诺", assignment_status=view.status, act=report.act)
    within = report.details.get("correct_within")
    if within is not None:
        return *_ordered(snapshot, due, report, within), *stepped(view, "breach.correction_ordered", report, after)
    dependants = [node for node in snapshot.network.descendants(view.item) if _rests_on(snapshot, node)]
    entries: list[Entry] = []
    for c in due:
        entries += [
            CommitmentRevised(c.id, {"status": CommitmentStatus.BROKEN}),
            BreachRecorded(c.id, c.item, BreachKind.COMMITMENT_BROKEN, report.occurred_at),
            _breach_notice(snapshot, c, report, dependants),
        ]
    flags = (Step("basis.questioned", node, reason=view.item, details={"because": "commitment"}) for node in dependants)
    return *entries, *stepped(view, "commitment.broken", _naming(report, due), after), *flags


def _ordered(
    snapshot: ApplicationSnapshot, due: list[CommitmentView], report: Report, within: int
) -> tuple[Entry, ...]:
    due_on = snapshot.calendar.add_working_days(local_date(report.occurred_at), within).on
    entries: list[Entry] = []
    for c in due:
        # Whoever is told to correct once more has time for it; when it passes, supervision is told (again).
        orders = min(c.orders + 1, snapshot.network.policies.breach_orders)
        entries.append(CommitmentRevised(c.id, {"orders": orders, "due_on": due_on}))
        if c.orders == 0:
            entries += order_told(snapshot, c, due_on, reason=report.details["reason"])
    return tuple(entries)


def _breach_notice(
    snapshot: ApplicationSnapshot, c: CommitmentView, report: Report, dependants: list[NodeCode]
) -> NoticeQueued:
    body: dict[str, Any] = {
        **letters.particulars(snapshot, c, c.due_on or local_date(report.occurred_at)),
        "stage": "broken",
        "reason": report.details["reason"],
        "legal_basis": report.details["legal_basis"],
        "dependants": list(dependants),
    }
    id_ = notice_id(snapshot.number, NoticeKind.BREACH, f"{c.id}/broken")
    title = f"{NoticeKind.BREACH.zh}：{snapshot.network.item(c.item).name}"
    return NoticeQueued(id_, NoticeKind.BREACH, title, body, c.item)


def _rests_on(snapshot: ApplicationSnapshot, node: NodeCode) -> bool:
    """Tell whether an item behind the licence has been filed and not failed."""
    view = snapshot.assignments.get(ItemCode(node))
    return view is not None and (not view.status.final or view.status.favourable)


def _naming(report: Report, commitments: tuple[CommitmentView, ...] | list[CommitmentView]) -> Report:
    named = [str(c.id) for c in commitments]
    return Report(report.act, report.occurred_at, {**report.details, "commitments": named})
