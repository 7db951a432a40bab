"""Advance an application: apply every consequence that is due inside, and hand the rest to the flow.

This is the one way an application moves. Whoever has changed a case file (a department's decision, a milestone, a
timer, the flow itself) ends with ``advance`` in the same transaction, so the legal state is never late.
"""

from casework import outbox, versions, writing
from casework.casefile import CaseFile
from casework.entering import enter
from models import StepRecord
from rules.moves import entries
from rules.notifying import TELLINGS
from rules.planner import Plan, plan


async def advance(case: CaseFile, *, announce: bool = True) -> Plan:
    """Follow a newer catalog, apply the inside moves that are due, write the case file, and announce the rest.

    ``announce`` is False for the application's own flow and its tasks: the flow looks again after each of them, so it
    needs no waking.
    """
    # Here and not when a timer rings only: whoever comes first after a publication would else set that timer anew.
    await versions.follow(case)
    while (current := plan(case.snapshot, case.now)).inside:
        for move in current.inside:
            enter(case, entries(case.snapshot, move, case.now))
    changed = bool(case.rows or case.assignment_changes or case.application_changes)
    complete = current.outcome is not None
    # One that is complete no longer (the applicant objects) needs its run back.
    wake = announce and (bool(current.outside) or complete is not case.complete)
    if changed or wake:
        # A wake-up needs a revision of its own even when only time has passed: the flow has seen the last one.
        case.revision += 1
    case.application_changes.update(next_timer=current.next_timer, complete=complete)
    news = any(row["kind"] in TELLINGS for row in case.rows.get(StepRecord, ()))
    await writing.write(case)
    later = [kind for kind, due in (("mirror", changed), ("notify", changed and news)) if due]
    await outbox.enqueue(case.session, case.id, case.revision, wake=wake, later=later)
    return current
