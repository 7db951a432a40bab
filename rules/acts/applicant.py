"""What agents and applicants do to an application under way: bring materials, report milestones, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from rules.acts.acceptance import corrected
from rules.attendance import require_no_visits
from rules.catalog import NodeCode
from rules.commitments import tolerance
from rules.delivery.duty import AFTERWARDS
from rules.effects import entered
from rules.entries import (
    Entry,
    MaterialReceived,
    MessageQueued,
    MessagesVoided,
    MilestoneReached,
    Step,
    WithdrawalRequested,
)
from rules.errors import ApplicationClosedError, InvalidIntakeError, MilestoneNotOpenError, NotFoundError
from rules.materials import known, next_version, of_item, require_known
from rules.reopening import materials_added, reopenings, told_of
from rules.service import days_late
from rules.snapshot import ApplicationSnapshot, AssignmentView, MaterialVersion
from rules.vocabulary import AssignmentStatus, MessageKind
from rules.workdays import local_date


def milestone_reported(
    snapshot: ApplicationSnapshot, code: NodeCode, by: str, now: datetime, happened_on: date | None = None
) -> tuple[Entry, ...]:
    """Enter that a real-world milestone has been reached, and that its report is late; nothing when it is known.

    Raises NotFoundError for a milestone the application does not have, MilestoneNotOpenError when something that
    gates it is not granted (环境影响评价法 art. 25: no construction before), InvalidIntakeError for a day to come.
    """
    if code not in snapshot.network.milestones:
        raise NotFoundError(f"{snapshot.number} 没有里程碑 {code}", wanted=code)
    if code in snapshot.milestones_reached:
        return ()
    require_open(snapshot)
    if code not in snapshot.milestones_opened:
        raise MilestoneNotOpenError(f"{code} 的前置手续未齐，不得进行", milestone=code)
    if happened_on is None:
        return MilestoneReached(code, by), Step("milestone.reached", code)
    if happened_on > local_date(now):
        raise InvalidIntakeError("里程碑发生日期晚于今日", happened_on=happened_on.isoformat())
    details = {"happened_on": happened_on.isoformat()}
    reached = Step("milestone.reached", code, details=details)
    if not (days := days_late(snapshot, happened_on, local_date(now))):
        return MilestoneReached(code, by), reached
    why = f"{code} 发生于 {happened_on.isoformat()}，代办员逾期 {days} 个工作日反馈"
    return MilestoneReached(code, by), reached, Step("milestone.reported_late", code, reason=why, details=details)


def materials_supplied(
    snapshot: ApplicationSnapshot,
    names: Sequence[str],
    by: str,
    now: datetime,
    *,
    replace: bool = False,
    sha256: Mapping[str, str] | None = None,
) -> tuple[Entry, ...]:
    """Enter materials the applicant brings; those already there are left out, unless they are to ``replace`` them.

    An item in correction goes on when its whole list has been brought (行政许可法 art. 32(5)). A new version is told
    to the departments at work on items that list it, and a replaced document reopens what was decided on the old one;
    nothing else is touched. Raises ApplicationClosedError once the application is concluded, unless an open commitment
    is about these materials, InvalidIntakeError for names nobody knows and for letters, which are signed, and
    InPersonRequiredError for what the applicant must come for in person.
    """
    # A commitment may outlive the application; replacing what was decided on may not.
    if replace or not any(c.open and set(names) & set(c.materials) for c in snapshot.commitments):
        require_open(snapshot)
    require_known(names, known(snapshot))
    require_no_visits(snapshot.network, names)
    _require_no_letters(snapshot, names)
    entries: list[Entry] = []
    replaced, renewed = set(), set()
    for name in dict.fromkeys(names):
        version = _next_version(snapshot, name, (sha256 or {}).get(name), replace=replace)
        if version is None:
            continue
        there = name in snapshot.materials_provided
        entries += _brought(name, by, version, replaced=there)
        replaced |= {name} if there else set()
        renewed |= {name} if version.number > 1 else set()
    after = entered(snapshot, *entries)
    for view in after.assignments.values() if entries else ():
        if view.status is AssignmentStatus.CORRECTION_REQUIRED and set(view.asked) <= after.materials_provided:
            entries += [*corrected(after, view, now), *_answered(after, view)]
    entries += told_of(after, frozenset(renewed))
    entries += reopenings(after, frozenset(replaced))
    return tuple(entries)


def _require_no_letters(snapshot: ApplicationSnapshot, names: Sequence[str]) -> None:
    """Let nobody hand in a promise as if it were a paper: it binds by being signed (国办发〔2020〕42号)."""
    letters = {tolerance.letter_name(item) for item in snapshot.network.items if tolerance.needs_letter(item)}
    if unsigned := [name for name in names if name in letters]:
        problems = [{"material": name, "sign": "commitments"} for name in unsigned]
        message = f"{'、'.join(unsigned)}须由申请人签署（commitments），不能作为材料补交"
        raise InvalidIntakeError(message, problems=problems)


def _next_version(
    snapshot: ApplicationSnapshot, name: str, sha256: str | None, *, replace: bool
) -> MaterialVersion | None:
    """Number what is brought; None when it is there already, or is the very document that it should replace."""
    before = snapshot.material_versions.get(name)
    if name in snapshot.materials_provided:
        same = before is not None and sha256 is not None and before.sha256 == sha256
        if not replace or same:
            return None
    return MaterialVersion(next_version(snapshot, name), sha256)


def _brought(name: str, by: str, version: MaterialVersion, *, replaced: bool) -> tuple[Entry, ...]:
    details = {"name": name, "version": version.number, **({"sha256": version.sha256} if version.sha256 else {})}
    kind = "material.replaced" if replaced else "material.received"
    return MaterialReceived(name, by, version.number, version.sha256), Step(kind, details=details)


def _answered(snapshot: ApplicationSnapshot, view: AssignmentView) -> tuple[Entry, ...]:
    """Tell the department that its list is complete, and of other documents renewed while it waited."""
    told = view.asked
    renewed = (n for n in of_item(snapshot, view) if n in snapshot.material_versions and n not in told)
    return materials_added(snapshot, view, (*told, *(n for n in renewed if snapshot.material_versions[n].number > 1)))


def withdrawal_requested(
    snapshot: ApplicationSnapshot, reason: str, now: datetime, applicant_request: str | None = None
) -> tuple[Entry, ...]:
    """Enter that the applicant withdraws, by their own signed request where one is named; nothing when it is known.

    Every department at work is told. What then becomes of each item is in ``rules.withdrawal``. Raises
    ApplicationClosedError once the application is concluded: a granted permit is not withdrawn but cancelled (注销).
    """
    if snapshot.withdrawal_requested:
        return ()
    require_open(snapshot)
    details = {} if applicant_request is None else {"applicant_request": applicant_request}
    entries: list[Entry] = [
        WithdrawalRequested(now),
        Step("withdrawal.requested", reason=reason, details=details),
    ]
    body = {"reason": f"申请人申请撤回：{reason}", "requested_at": now.isoformat()}
    for view in snapshot.assignments.values():
        if not view.status.final and view.status is not AssignmentStatus.OPENED:
            entries += [MessagesVoided(view.item), MessageQueued(view.item, MessageKind.CANCELLED, body=body)]
    return tuple(entries)


def require_open(snapshot: ApplicationSnapshot) -> None:
    """Raise ApplicationClosedError once the application is concluded."""
    if snapshot.status in AFTERWARDS:
        message = f"{snapshot.number} {snapshot.status.zh}"
        raise ApplicationClosedError(message, application_status=snapshot.status)
