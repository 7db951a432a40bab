"""An application with a commitment, moved through time, for the tests of commitments."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from rules.acts import Report, reported
from rules.acts.applicant import materials_supplied
from rules.acts.commitments import Promise, Standing, committed
from rules.catalog import Material, MaterialSource, RefusalPolicy
from rules.commitments.record import CommitmentView
from rules.delivery.moves import arrived
from rules.effects import entered
from rules.entries import Entry, NoticeQueued, Step
from rules.moves import SendNotice, entries
from rules.planner import Plan, plan
from rules.snapshot import ApplicationSnapshot
from rules.terms import Terms, Tolerance, ToleranceMode
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    DepartmentAct,
    NoticeKind,
)
from tests.rules.networks import network, network_item

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOLD, ISSUE = Terms(tolerance=Tolerance()), Terms(tolerance=Tolerance(ToleranceMode.ISSUE_THEN_CURE))
GRANT = {"decision": "granted"}
REFUSE = {
    "decision": "refused",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第三十八条",
    "handler": "王芳",
    "approver": "李强",
}
FINDING = {"reason": "现场核查不符", "legal_basis": "国办发〔2020〕42号"}


class Case:
    """One application under way; ``P`` needs 乙, which may follow, and ``Q`` comes after it."""

    def __init__(self, terms: Terms = HOLD, *, provided: str = "甲") -> None:
        materials = (
            Material("甲", False, MaterialSource.APPLICANT),
            Material("乙", True, MaterialSource.APPLICANT),
        )
        first = replace(network_item("P"), materials=materials, terms=terms)
        shape = network([first, network_item("Q")], [("P", "Q", "A")], RefusalPolicy.STOP_DEPENDENTS)
        start = ApplicationSnapshot(
            "DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, shape, materials_provided=frozenset(provided)
        )
        self.now, self.snapshot, self.kept = MONDAY, start, list[Entry]()
        self.moves: list[object] = []
        self.ends: dict[Any, int] = {}
        self.advance()

    def advance(self) -> Plan:
        while (current := plan(self.snapshot, self.now)).inside:
            for move in current.inside:
                self.moves.append(move)
                self.enter(entries(self.snapshot, move, self.now))
        return current

    def enter(self, made: tuple[Entry, ...]) -> None:
        for entry in made:
            before = {c.id: c.open for c in self.snapshot.commitments}
            self.snapshot = entered(self.snapshot, entry)
            for c in self.snapshot.commitments:
                if before.get(c.id) and not c.open:
                    self.ends[c.id] = self.ends.get(c.id, 0) + 1
                assert before.get(c.id) is not False or not c.open, "an ended commitment stays ended"
        self.kept += made

    def until(self, day: date) -> "Case":
        """Let timers ring until the morning of a day."""
        target = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        while (timer := self.advance().next_timer) is not None and timer <= target:
            self.now = timer
        self.now = target
        self.advance()
        return self

    def commit(self, *, breached_on: date | None = None, **promised: Any) -> None:
        promise = Promise("P", "刘晓", **promised)
        self.enter(committed(self.snapshot, promise, Standing("某公司", "91", breached_on), self.now))
        self.advance()

    def tell(self, act: DepartmentAct, item: str = "P", **details: Any) -> None:
        self.enter(reported(self.snapshot, item, Report(act, self.now, details)))
        self.advance()

    def supply(self, *names: str) -> None:
        self.enter(materials_supplied(self.snapshot, names, "zhang", self.now))
        self.advance()

    def deliver(self) -> None:
        """Send all that is owed to departments and applicant."""
        while told := [move for move in self.advance().outside if isinstance(move, SendNotice)]:
            for move in told:
                self.enter(arrived(self.snapshot, move.notice, move.kind, self.now))
        self.snapshot = replace(self.snapshot, messages=())
        self.advance()

    @property
    def status(self) -> AssignmentStatus:
        return self.snapshot.assignments["P"].status  # type: ignore[index]

    @property
    def commitment(self) -> CommitmentView:
        return self.snapshot.commitments[0]

    @property
    def notices(self) -> list[NoticeKind]:
        return [entry.kind for entry in self.kept if isinstance(entry, NoticeQueued)]

    @property
    def steps(self) -> list[str]:
        return [entry.kind for entry in self.kept if isinstance(entry, Step)]

    def moved(self, kind: type) -> int:
        return sum(isinstance(move, kind) for move in self.moves)

    def body(self, kind: NoticeKind) -> Any:
        return [e.body for e in self.kept if isinstance(e, NoticeQueued) and e.kind is kind][-1]


def accepted(terms: Terms = HOLD, **promised: Any) -> Case:
    case = Case(terms)
    case.commit(**promised)
    case.tell(DepartmentAct.ACCEPTED)
    return case
