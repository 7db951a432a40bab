"""What a department does with an assignment: the callbacks it will send and when, decided once and then stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from deployments.reference_department.behaviours import (
    Behaviour,
    Correction,
    Duplicate,
    Hold,
    OutOfOrder,
    Refuse,
    Slow,
    Working,
)
from deployments.reference_department.callbacks import (
    Accepted,
    Callback,
    Claimed,
    CorrectionRequested,
    CureVerified,
    Decided,
    HoldEnded,
    HoldStarted,
    ReviewFinished,
)
from deployments.reference_department.protocol import AllowedProcedure, Dispatched, Limit
from rules.workdays import OFFICIAL, SHANGHAI

_AT_ONCE = timedelta(minutes=10)
_FIRST_LOOK = timedelta(minutes=2)
_CLAIM = timedelta(minutes=8)


@dataclass(frozen=True, slots=True)
class Planned:
    """One callback to come; ``occurred_at`` only where the event claims an earlier time than its sending."""

    content: Callback
    due_at: datetime
    occurred_at: datetime | None = None
    #: Not sent while an awaited item is open.
    needs_prerequisites: bool = False


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Time a department works: working days, natural days or, when both are 0, a span of office time."""

    working_days: int = 0
    natural_days: int = 0
    span: timedelta = timedelta()

    def after(self, start: datetime) -> datetime:
        """Tell when work begun at ``start`` ends: the same hour of a later day, or the end of the span."""
        local = start.astimezone(SHANGHAI)
        if self.working_days:
            day = OFFICIAL.add_working_days(local.date(), self.working_days).on
            return datetime.combine(day, local.timetz())
        return local + timedelta(days=self.natural_days) + self.span

    def halves(self) -> tuple["WorkingTime", "WorkingTime"]:
        """Split into two that add up to no more whole days; a half without a day is done at once."""
        worked, natural = self.working_days // 2, self.natural_days // 2
        at_once = timedelta() if worked or natural or self.span else _AT_ONCE
        first = WorkingTime(worked, natural, self.span / 2 + at_once)
        return first, WorkingTime(self.working_days - worked, self.natural_days - natural, self.span / 2)


def working_time(behaviour: Working, promised: Limit) -> WorkingTime:
    """Tell how long the department works; an item promised at once takes ten office minutes."""
    factor = behaviour.factor if isinstance(behaviour, Slow) else 1.0
    if behaviour.minutes is not None:
        return WorkingTime(span=timedelta(minutes=behaviour.minutes) * factor)
    days = promised.days if behaviour.working_days == "promised" else behaviour.working_days
    if isinstance(behaviour, Slow):
        days = max(1, ceil(days * factor))
    if days == 0:
        return WorkingTime(span=_AT_ONCE)
    if behaviour.working_days == "promised" and promised.unit == "ND":
        return WorkingTime(natural_days=days)
    return WorkingTime(working_days=days)


@dataclass(frozen=True, slots=True)
class Conduct:
    """Plans the callbacks of one assignment."""

    assignment: Dispatched
    behaviour: Behaviour
    handler: str
    document_number: str
    #: The second pair of eyes on a refusal (否定备案).
    approver: str

    def copies(self) -> int:
        """Tell how many times each callback is sent."""
        return self.behaviour.copies if isinstance(self.behaviour, Duplicate) else 1

    def correction(self, start: datetime) -> tuple[Planned, ...]:
        """Plan the request for correction; nothing if this department makes none."""
        if not isinstance(self.behaviour, Correction):
            return ()
        missing = self.behaviour.missing or self._defects()
        request = CorrectionRequested(missing=missing, reason=self.behaviour.correction_reason)
        return (Planned(request, start + _FIRST_LOOK),)

    def review(self, start: datetime) -> tuple[Planned, ...]:
        """Plan acceptance, review and decision, begun at ``start`` with complete materials; a silent one does not."""
        behaviour = self.behaviour
        if not isinstance(behaviour, Working):
            return ()
        work = working_time(behaviour, self.assignment.limits.promised)
        end = work.after(start)
        accepted_at = start + min(_FIRST_LOOK, (end - start) / 4)
        claimed_at = start + min(_CLAIM, (end - start) / 2)
        accepted, claimed = Accepted(handler=self.handler), Claimed(handler=self.handler)
        opening = (Planned(accepted, accepted_at), Planned(claimed, claimed_at))
        decision = self._decision(behaviour, end)
        if self._deferred() and not isinstance(behaviour, Refuse):
            return (*opening, Planned(ReviewFinished(handler=self.handler), end))
        match behaviour:
            case OutOfOrder():
                late = (Planned(claimed, end, claimed_at), Planned(accepted, end, accepted_at))
                return (decision, *late)
            case Hold() if (procedure := self._procedure(behaviour)) is not None:
                return opening + self._held(behaviour, procedure, work, start)
            case _:
                return (*opening, decision)

    def cured(self, start: datetime) -> tuple[Planned, ...]:
        """Plan the check of deferred materials that have come, and the decision that waited for them."""
        behaviour = self.behaviour
        if not isinstance(behaviour, Working) or isinstance(behaviour, Refuse) or not self._deferred():
            return ()
        # Accepted and claimed once more, in case the materials were quicker than the review.
        accepted, claimed = Accepted(handler=self.handler), Claimed(handler=self.handler)
        return (
            Planned(accepted, start + _FIRST_LOOK),
            Planned(claimed, start + _FIRST_LOOK),
            Planned(CureVerified(handler=self.handler), start + _CLAIM),
            self._decision(behaviour, start + _AT_ONCE),
        )

    def _deferred(self) -> bool:
        """Tell whether something is missing that the applicant has committed to bring."""
        provided = {material.name for material in self.assignment.materials if material.provided}
        tolerated = (each.materials for each in self.assignment.commitments if each.kind == "tolerance")
        return any(name not in provided for names in tolerated for name in names)

    def _procedure(self, hold: Hold) -> AllowedProcedure | None:
        """Choose among the special procedures of the item: the one wanted, else the first; None where it has none."""
        allowed = self.assignment.procedures
        return next((each for each in allowed if each.kind == hold.procedure), allowed[0] if allowed else None)

    def _held(self, hold: Hold, procedure: AllowedProcedure, work: WorkingTime, start: datetime) -> tuple[Planned, ...]:
        before, rest = work.halves()
        stopped_at = before.after(start)
        days = hold.days if procedure.max_days is None else min(hold.days, procedure.max_days)
        resumed_at = WorkingTime(working_days=days).after(stopped_at)
        stopped = HoldStarted(
            procedure=procedure.kind,
            days=days,
            reason=hold.hold_reason,
            officers=(self.handler, f"{self.assignment.department} 协办人"),
        )
        decision = self._decision(hold, rest.after(resumed_at))
        return (Planned(stopped, stopped_at), Planned(HoldEnded(), resumed_at), decision)

    def _decision(self, behaviour: Working, at: datetime) -> Planned:
        refused = isinstance(behaviour, Refuse)
        decided = Decided(
            decision="refused" if refused else "granted",
            document_number=self.document_number,
            reason=behaviour.reason,
            legal_basis=behaviour.legal_basis,
            handler=self.handler,
            approver=self.approver if refused else None,
        )
        return Planned(decided, at, needs_prerequisites=not refused)

    def _defects(self) -> tuple[str, ...]:
        """Name what was not provided and may not come later (容缺); if nothing, the first material is faulted."""
        materials = self.assignment.materials
        names = tuple(material.name for material in materials)
        absent = tuple(material.name for material in materials if not material.provided and not material.deferrable)
        return absent or names[:1] or ("申请表",)
