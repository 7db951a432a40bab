"""What a department does with an assignment: the callbacks it will send and when, decided once and then stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from deployments.reference_department.behaviours import (
    Behaviour,
    Breach,
    Correction,
    Duplicate,
    Extend,
    Hold,
    OutOfOrder,
    Refuse,
    Transfer,
    Working,
)
from deployments.reference_department.callbacks import (
    Accepted,
    BreachFound,
    Callback,
    Claimed,
    CorrectionRequested,
    CureVerified,
    Decided,
    ExtensionRequested,
    HoldEnded,
    HoldStarted,
    OfficersAssigned,
    ReviewFinished,
    SiteVisited,
    Transferred,
)
from deployments.reference_department.protocol import AllowedProcedure, Dispatched
from deployments.reference_department.working_time import AT_ONCE, WorkingTime, soon, working_time

_FIRST_LOOK = timedelta(minutes=2)
_CLAIM = timedelta(minutes=8)
#: Working days after which what an applicant has promised is looked at.
_CHECK = WorkingTime(working_days=5)


@dataclass(frozen=True, slots=True)
class Planned:
    """One callback to come; ``occurred_at`` only where the event claims an earlier time than its sending."""

    content: Callback
    due_at: datetime
    occurred_at: datetime | None = None
    #: Not sent while an awaited item is open.
    needs_prerequisites: bool = False


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
        return (Planned(request, soon(start, _FIRST_LOOK)),)

    def review(self, start: datetime) -> tuple[Planned, ...]:
        """Plan acceptance, review and decision, begun at ``start`` with complete materials; a silent one does not."""
        behaviour = self.behaviour
        if isinstance(behaviour, Transfer):
            return (Planned(Transferred(department=behaviour.to, reason=behaviour.reason), soon(start, _FIRST_LOOK)),)
        if not isinstance(behaviour, Working):
            return ()
        work = working_time(behaviour, self.assignment.limits.promised)
        end = work.after(start)
        accepted_at = min(soon(start, _FIRST_LOOK), start + (end - start) / 4)
        claimed_at = min(soon(start, _CLAIM), start + (end - start) / 2)
        accepted, claimed = Accepted(handler=self.handler), Claimed(handler=self.handler)
        visits = self._visits(claimed_at, work.halves()[0].after(start))
        opening = (Planned(accepted, accepted_at), Planned(claimed, claimed_at), *visits)
        decision = self._decision(behaviour, end)
        # A licence that is issued before the cure (先发证后补齐) is what a breach is about.
        if self._deferred() and not isinstance(behaviour, Refuse | Breach):
            return (*opening, Planned(ReviewFinished(handler=self.handler), end))
        match behaviour:
            case OutOfOrder() if visits:
                # Nothing is granted before the visit, and nobody visits for what is not accepted.
                return (opening[0], *visits, decision, Planned(claimed, end, claimed_at), *self._checked(decision))
            case OutOfOrder():
                late = (Planned(claimed, end, claimed_at), Planned(accepted, end, accepted_at))
                return (decision, *late, *self._checked(decision))
            case Hold() if (procedure := self._procedure(behaviour)) is not None:
                held = self._held(behaviour, procedure, work, start)
                return (*opening, *held, *self._checked(held[-1]))
            case Extend():
                asked = Planned(self._extension(behaviour), work.halves()[0].after(start))
                return (*opening, asked, decision, *self._checked(decision))
            case _:
                return (*opening, decision, *self._checked(decision))

    def cured(self, start: datetime) -> tuple[Planned, ...]:
        """Plan the check of deferred materials that have come, and the decision that waited for them."""
        behaviour = self.behaviour
        if not isinstance(behaviour, Working) or isinstance(behaviour, Refuse) or not self._deferred():
            return ()
        # Accepted, claimed and visited once more, in case the materials were quicker than the review.
        accepted, claimed = Accepted(handler=self.handler), Claimed(handler=self.handler)
        looked_at = soon(start, _FIRST_LOOK)
        return (
            Planned(accepted, looked_at),
            Planned(claimed, looked_at),
            *self._visits(looked_at, looked_at),
            Planned(CureVerified(handler=self.handler), soon(start, _CLAIM)),
            self._decision(behaviour, soon(start, AT_ONCE)),
        )

    def _visits(self, assigned_at: datetime, visited_at: datetime) -> tuple[Planned, ...]:
        """Plan the look at the site, where the item has one: two people, named before they go."""
        if not self.assignment.site_visit:
            return ()
        officers = [*self._officers()]
        assigned = OfficersAssigned(officers=officers, handler=self.handler)
        visited = SiteVisited(officers=officers, findings="现场与申报材料一致", handler=self.handler)
        return Planned(assigned, assigned_at), Planned(visited, max(assigned_at, visited_at))

    def _officers(self) -> tuple[str, str]:
        return self.handler, f"{self.assignment.department} 协办人"

    def _checked(self, decision: Planned) -> tuple[Planned, ...]:
        """Plan the look at what the applicant has promised (告知承诺), and what follows when it is not so."""
        behaviour = self.behaviour
        promised = any(each.kind == "notified" for each in self.assignment.commitments)
        if isinstance(behaviour, Refuse) or not (promised or isinstance(behaviour, Breach)):
            return ()
        kept = CureVerified(handler=self.handler)
        if not isinstance(behaviour, Breach):
            return (Planned(kept, _CHECK.after(decision.due_at)),)
        found_at = WorkingTime(working_days=behaviour.found_after).after(decision.due_at)
        last = WorkingTime(working_days=behaviour.correct_within).after(found_at)
        ordered = self._breach(behaviour, behaviour.correct_within)
        if behaviour.mended:
            return (Planned(ordered, found_at), Planned(kept, last))
        broken = Planned(self._breach(behaviour, None), WorkingTime(working_days=1).after(last))
        return (Planned(ordered, found_at), broken)

    def _breach(self, behaviour: Breach, correct_within: int | None) -> BreachFound:
        return BreachFound(
            reason=behaviour.breach_reason,
            legal_basis=behaviour.breach_basis,
            correct_within=correct_within,
            handler=self.handler,
        )

    def _extension(self, behaviour: Extend) -> ExtensionRequested:
        return ExtensionRequested(
            days=behaviour.days,
            approver=behaviour.approver,
            approver_level=self.assignment.extension.approver_level,
            reason=behaviour.extension_reason,
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
            officers=self._officers(),
        )
        decision = self._decision(hold, rest.after(resumed_at))
        return (Planned(stopped, stopped_at), Planned(HoldEnded(), resumed_at), decision)

    def _decision(self, behaviour: Working, at: datetime) -> Planned:
        refused = isinstance(behaviour, Refuse)
        # A letter for the item as a whole, not one in place of some of its materials.
        promised = any(each.kind == "notified" and not each.materials for each in self.assignment.commitments)
        granted: Literal["granted", "granted_by_commitment"] = "granted_by_commitment" if promised else "granted"
        decided = Decided(
            decision="refused" if refused else granted,
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
