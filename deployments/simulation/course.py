"""One simulated application from hand-in to closing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, cast
from uuid import UUID

from deployments.simulation import deciding, habits, promising
from deployments.simulation.invariants import BrokenPromiseError, check
from rules.acts import Report, applicant, attending, opining, reported
from rules.acts.acceptance import received
from rules.acts.commitments import Promise, committed
from rules.attendance import attendances
from rules.catalog import ItemCode
from rules.commitments.moves import ReturnUncured
from rules.commitments.tolerance import open_commitments
from rules.delivery.duty import AFTERWARDS
from rules.delivery.moves import arrived
from rules.effects import entered
from rules.entries import BreachRecorded, Entry, Step
from rules.errors import (
    AssignmentClosedError,
    CommitmentRefusedError,
    CureOpenError,
    NotAllowedNowError,
    OpinionsAwaitedError,
    OpinionsOpposedError,
    RefusedOnRecordError,
    WithdrawalPendingError,
)
from rules.frozen import changed
from rules.moves import SendMessage, SendNotice
from rules.network import Network
from rules.planner import Plan, outlook, settled
from rules.planning import sending
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    DecisionKind,
    DepartmentAct,
    MessageKind,
    NoticeKind,
)
from rules.workdays import local_date

_Action = Callable[[], None]
#: More events than any lawful course has: beyond it something goes round in circles.
_TOO_MANY = 5000
#: Working days after which an applicant brings what is still missing.
_PATIENCE = 90


def _ring() -> None:
    """A timer: time alone has brought something."""


class Course:
    """Plays departments, applicant and agent against the rules, in simulated time."""

    def __init__(self, number: str, network: Network, random: Random, registered_at: datetime) -> None:
        self._random = random
        self._applicant = habits.applicant(random)
        self._due: list[tuple[datetime, int, _Action]] = []
        self._serial = count()
        self._conduct: dict[ItemCode, habits.Conduct] = {}
        self._corrections: dict[ItemCode, tuple[str, ...]] = {}
        #: Items that have been reviewed and wait for deferred materials only.
        self._reviewed: set[ItemCode] = set()
        #: Items whose decision waits for the opinions of others.
        self._unheard: set[ItemCode] = set()
        self._breached_on: date | None = None
        self.now = self.registered_at = registered_at
        self._timer: datetime | None = None
        self.events = 0
        self.steps: dict[str, int] = {}
        self.plan = Plan()
        self.snapshot = ApplicationSnapshot(
            number=number,
            status=ApplicationStatus.REGISTERED,
            network=network,
            materials_provided=habits.materials_at_hand(random, network, self._applicant.brings_everything),
        )
        self._checked = self.snapshot

    def play(self) -> None:
        """Play to the end. Raises BrokenPromiseError when the rules fail, or when nothing more would ever happen."""
        self._settle()
        if self._applicant.withdraws_after is not None:
            self._later(self._applicant.withdraws_after, self._withdraw)
        while self.plan.outcome is None or self.snapshot.status is not ApplicationStatus.CLOSED:
            if not self._due or self.events > _TOO_MANY:
                raise BrokenPromiseError(f"{self.snapshot.number} never ends: {self.plan.waits}")
            self.now, _, action = heappop(self._due)
            if action is _ring and self.plan.next_timer != self.now:
                continue  # something has happened since that put it off
            action()
            self._settle()

    def _enter(self, entries: tuple[Entry, ...]) -> None:
        self.snapshot = entered(self.snapshot, *entries)
        for entry in entries:
            if isinstance(entry, Step):
                self._count(entry.kind)
            elif isinstance(entry, BreachRecorded):
                self._breached_on = local_date(self.now)

    def _count(self, what: str) -> None:
        self.steps[what] = self.steps.get(what, 0) + 1

    def _settle(self) -> None:
        while True:
            self.snapshot, made = settled(self.snapshot, self.now)
            for move in made:
                self._count(type(move).__name__)
                if isinstance(move, ReturnUncured):
                    self._breached_on = local_date(self.now)
            outside = tuple(sending.outside(self.snapshot, self.now))
            if not outside:
                break
            for each in outside:
                self._deliver(each)
        self.plan = outlook(self.snapshot, self.now)
        self.events += 1
        check(self.snapshot, self.plan, self._checked, self.now)
        self._checked = self.snapshot
        timer = self.plan.next_timer
        if timer is not None and timer != self._timer:
            heappush(self._due, (timer, next(self._serial), _ring))
        self._timer = timer

    def _deliver(self, move: SendMessage | SendNotice) -> None:
        if isinstance(move, SendNotice):
            self._enter(arrived(self.snapshot, move.notice, move.kind, self.now))
            self._notified(move.kind)
            return
        unsent = tuple(message for message in self.snapshot.messages if message.id != move.message)
        self.snapshot = changed(self.snapshot, messages=unsent)
        view = self.snapshot.assignments[move.item]
        if move.kind is MessageKind.DISPATCHED and view.status is AssignmentStatus.OPENED:
            self._enter(received(self.snapshot, view, self.now))
            self._begin(move.item)
        elif move.kind is MessageKind.PREREQUISITES_MET:
            self._later(0, lambda: self._decide(move.item))
        elif move.kind is MessageKind.MATERIALS_ADDED:
            self._later(0, lambda: self._go_on(move.item))
        elif move.kind is MessageKind.OPINION_ASKED:
            self._asked(move)
        elif move.kind is MessageKind.OPINION_HEARD and view.item in self._unheard:
            self._later(0, lambda: self._decide(move.item))
        elif move.kind is MessageKind.SUPERVISED:
            self._later(2, lambda: self._find_breach(move.item))

    def _asked(self, move: SendMessage) -> None:
        opinion = deciding.question(self.snapshot, move)
        self._enter(opining.arrived(opinion, self.now))
        voice = habits.opinion(self._random)
        self._later(voice.answers_after, lambda: self._opine(opinion.id, voice))

    def _opine(self, opinion: UUID, voice: habits.Voice) -> None:
        details = {"opinion": voice.answer.value, "reason": "须避让管线", "conditions": "施工前交底"}
        try:
            self._enter(opining.opined(self.snapshot, opinion, Report(DepartmentAct.OPINION_GIVEN, self.now, details)))
        except (AssignmentClosedError, NotAllowedNowError):
            self._count("opinion too late")

    def _notified(self, kind: NoticeKind) -> None:
        if kind in (NoticeKind.MATERIALS_MISSING, NoticeKind.CORRECTION):
            self._later(self._applicant.answers_after, self._bring_what_was_asked)
        elif kind is NoticeKind.DEFERRED_MATERIALS:
            self._later(self._applicant.cures_after, self._cure)
        elif kind is NoticeKind.BREACH or (kind is NoticeKind.CURE_REMINDER and self._applicant.heeds_reminders):
            self._later(0, self._cure)
        elif kind is NoticeKind.GATE_OPENED:
            self._later(self._random.randint(1, 60), self._report_milestones)

    # -- departments

    def _begin(self, item: ItemCode) -> None:
        habit = self._conduct[item] = habits.conduct(self._random, self.snapshot.network.item(item))
        if habit.silent:
            self._later(habit.decides_after + 10, lambda: self._decide(item))
        elif habit.corrects:
            self._later(min(habit.accepts_after, 4), lambda: self._correct(item))
        else:
            self._later(habit.accepts_after, lambda: self._accept(item))

    def _correct(self, item: ItemCode) -> None:
        if self.snapshot.assignments[item].status is not AssignmentStatus.RECEIVED:
            self._accept(item)  # deemed accepted meanwhile
            return
        names = [m.name for m in self.snapshot.network.item(item).materials] or ["申请表"]
        wanted = tuple(self._random.sample(names, self._random.randint(1, len(names))))
        try:
            self._report(item, DepartmentAct.CORRECTION_REQUESTED, missing=list(wanted), reason="不齐全")
        except RefusedOnRecordError as refused:
            self._kept(refused)  # too late: it is deemed accepted
            self._review(item)
            return
        self._corrections[item] = wanted

    def _accept(self, item: ItemCode) -> None:
        if self.snapshot.assignments[item].status is AssignmentStatus.RECEIVED:
            self._report(item, DepartmentAct.ACCEPTED, handler="甲")
            self._review(item)
        elif self.snapshot.assignments[item].deemed_accepted:
            self._review(item)

    def _review(self, item: ItemCode) -> None:
        habit = self._conduct[item]
        if habit.corrects_again and item in self._corrections:
            self._second_notice(item)
        if habit.procedure_days:
            self._later(1, lambda: self._start_procedure(item))
        if habit.extends:
            self._later(1, lambda: self._extend(item))
        if deciding.unvisited(self.snapshot, self.snapshot.assignments[item]):
            self._later(habits.assigns_after(self._random), lambda: self._assign(item))
        self._later(habit.decides_after + habit.procedure_days, lambda: self._decide(item))

    def _assign(self, item: ItemCode) -> None:
        self._do(item, deciding.assignment(self.snapshot, self.snapshot.assignments[item]))

    def _second_notice(self, item: ItemCode) -> None:
        if self.snapshot.withdrawal_requested:
            return
        try:
            self._report(item, DepartmentAct.CORRECTION_REQUESTED, missing=["另一份材料"], reason="又缺")
        except RefusedOnRecordError as refused:
            self._kept(refused)
            return
        raise BrokenPromiseError(f"{self.snapshot.number} {item}: a second notice was let through")

    def _kept(self, refused: RefusedOnRecordError) -> None:
        self._enter(cast(tuple[Entry, ...], refused.entries))
        self._count("refused on record")

    def _start_procedure(self, item: ItemCode) -> None:
        if self.snapshot.assignments[item].status is not AssignmentStatus.ACCEPTED:
            return
        procedure = self._random.choice(self.snapshot.network.item(item).terms.procedures)
        legal_due = self.snapshot.read_clock(self.snapshot.assignments[item], self.now).legal_due
        if legal_due is not None and local_date(self.now) >= legal_due:
            return  # too late: nothing is left to stop
        days = min(self._conduct[item].procedure_days, procedure.max_days or 99)
        told = {"procedure": procedure.kind, "days": days, "reason": procedure.name, "officers": ["甲", "乙"]}
        self._report(item, DepartmentAct.HOLD_STARTED, **told)
        self._later(days, lambda: self._end_procedure(item))

    def _end_procedure(self, item: ItemCode) -> None:
        if self.snapshot.assignments[item].status is AssignmentStatus.SPECIAL_PROCEDURE:
            self._report(item, DepartmentAct.HOLD_ENDED)

    def _extend(self, item: ItemCode) -> None:
        view = self.snapshot.assignments[item]
        if view.status not in (AssignmentStatus.ACCEPTED, AssignmentStatus.UNDER_REVIEW):
            return
        asked = deciding.extension(self.snapshot.network.item(item))
        try:
            self._report(item, DepartmentAct.EXTENSION_REQUESTED, **asked)
        except RefusedOnRecordError as refused:
            self._kept(refused)
            self._count("extension refused")

    def _decide(self, item: ItemCode) -> None:
        view, habit = self.snapshot.assignments[item], self._conduct[item]
        if view.status.final or view.status is AssignmentStatus.CORRECTION_REQUIRED:
            return
        if view.status is AssignmentStatus.SPECIAL_PROCEDURE:
            self._end_procedure(item)
        if habit.decision is not DecisionKind.REFUSE and view.awaits:
            return  # decides when it hears that the prerequisites are met
        if habit.decision is not DecisionKind.REFUSE:
            self._do(item, deciding.visit(self.snapshot, view))
        elif not habit.approved_at_once:
            self._later(1, lambda: self._approve(item))
        details = deciding.details(habit, view, self.now.year)
        try:
            self._report(item, DepartmentAct.DECIDED, decision=habit.decision.value, handler="甲", **details)
        except CureOpenError:
            self._finish_review(item)
            return
        except OpinionsAwaitedError:
            self._unheard.add(item)
            self._later(1, lambda: self._decide(item))
            return
        except OpinionsOpposedError:
            self._conduct[item] = replace(habit, decision=DecisionKind.REFUSE)
            self._decide(item)
            return
        if habit.finds_breach and open_commitments(self.snapshot, item):
            self._later(5, lambda: self._find_breach(item))

    def _do(self, item: ItemCode, acts: Iterable[tuple[DepartmentAct, dict[str, Any]]]) -> None:
        for act, details in acts:
            self._report(item, act, **details)

    def _finish_review(self, item: ItemCode) -> None:
        """Wait for the deferred materials, without which nothing may be granted."""
        status = self.snapshot.assignments[item].status
        if status is AssignmentStatus.RECEIVED:
            self._report(item, DepartmentAct.ACCEPTED, handler="甲")
        if status is not AssignmentStatus.PENDING_CURE:
            self._report(item, DepartmentAct.REVIEW_FINISHED, handler="甲")
        self._reviewed.add(item)

    def _go_on(self, item: ItemCode) -> None:
        """Look at what has come: deferred materials, what a correction asked for, or a newer version."""
        cured = any(c.supplied_at for c in open_commitments(self.snapshot, item))
        if cured and self._conduct[item].verifies:
            try:
                self._report(item, DepartmentAct.CURE_VERIFIED, handler="甲")
            except NotAllowedNowError:
                self._count("nothing to verify")
        if item in self._reviewed:
            self._later(1, lambda: self._decide(item))
        elif not self.snapshot.assignments[item].status.final and (item in self._corrections or not cured):
            self._review(item)

    def _find_breach(self, item: ItemCode) -> None:
        correct = {"correct_within": 10} if self._random.random() < 0.5 else {}
        try:
            # Whether a permit that was given stands does not depend on what is withdrawn of the rest.
            told = {"reason": "未履行", "legal_basis": "国办发〔2020〕42号", **correct}
            self._enter(reported(self.snapshot, item, Report(DepartmentAct.BREACH_FOUND, self.now, told)))
        except (NotAllowedNowError, WithdrawalPendingError):
            self._count("no breach to find")

    def _approve(self, item: ItemCode) -> None:
        if self.snapshot.assignments[item].status is AssignmentStatus.REFUSAL_PROPOSED:
            self._report(item, DepartmentAct.REFUSAL_APPROVED, approver="乙")

    def _report(self, item: ItemCode, act: DepartmentAct, **details: object) -> None:
        if not self.snapshot.withdrawal_requested:  # whoever was told stops
            self._enter(reported(self.snapshot, item, Report(act, self.now, details)))

    # -- applicant and agent

    def _bring_what_was_asked(self) -> None:
        asked = sorted(self.snapshot.materials_asked)
        if not self._open or not asked:
            return
        later = promising.deferred(self.snapshot, asked) if self._applicant.commits else frozenset[str]()
        self._bring([name for name in asked if name not in later])
        for promise in promising.promises(self.snapshot, later) if self._applicant.commits else ():
            self._sign(promise)
        # In the end everything comes, also what was committed to for one item and is needed for another.
        self._later(_PATIENCE, self._bring_the_rest)

    def _bring(self, names: Sequence[str]) -> None:
        letters, visits = promising.letters(self.snapshot), attendances(self.snapshot.network)
        papers = [name for name in names if name not in letters and name not in visits]
        self._enter(applicant.materials_supplied(self.snapshot, papers, "申请人", self.now))
        for item in sorted({visits[name] for name in names if name in visits} - self.snapshot.assignments.keys()):
            of = self.snapshot.network.item(item).department
            self._enter(attending.attended(self.snapshot, item, "申请人", of))
        for name in names:
            if name in letters and letters[name].item not in self.snapshot.assignments:
                self._sign(letters[name])

    def _bring_the_rest(self) -> None:
        if self._open and (asked := sorted(self.snapshot.materials_asked)):
            self._bring(asked)
            if promising.unsigned(self.snapshot):
                self._withdraw()  # barred by a breach from promising, and the item is decided on nothing else

    def _sign(self, promise: Promise) -> None:
        try:
            self._enter(committed(self.snapshot, promise, promising.standing(self._breached_on), self.now))
        except CommitmentRefusedError:
            self._count("commitment refused")

    def _cure(self) -> None:
        if names := promising.owed(self.snapshot):
            self._bring(names)

    def _report_milestones(self) -> None:
        for code in sorted(self.snapshot.milestones_opened - self.snapshot.milestones_reached):
            if self._open:
                self._enter(applicant.milestone_reported(self.snapshot, code, "代办员", self.now))

    def _withdraw(self) -> None:
        if self._open:
            self._enter(applicant.withdrawal_requested(self.snapshot, "项目取消", self.now))

    @property
    def _open(self) -> bool:
        return self.snapshot.status not in AFTERWARDS

    # -- time

    def _later(self, working_days: int, action: _Action) -> None:
        self._at(habits.working_moment(self._random, self.now, working_days), action)

    def _at(self, at: datetime, action: _Action) -> None:
        heappush(self._due, (max(at, self.now + timedelta(seconds=1)), next(self._serial), action))
