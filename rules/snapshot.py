"""One application as the planner sees it: frozen, complete, free of database and clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import Clock, ClockEvent, ClockEventKind, ClockReading, Light, past_events
from rules.commitments.record import CommitmentView
from rules.delivery.record import ClosingView, DecisionView, DeliveryView, DeliveryWish, ObjectionView
from rules.documents.kinds import DocumentKind
from rules.frozen import once, while_same
from rules.joining import Verdict
from rules.network import Network
from rules.progress import Progress
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    MessageKind,
    NoticeKind,
    OpinionAnswer,
    OpinionStatus,
    Outcome,
    Rung,
    SiblingsDecision,
)
from rules.workdays import OFFICIAL, Calendar, local_date

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ClockMade:
    """The clock of an assignment, what it was made of, and what it was found to show on some days."""

    events: tuple[ClockEvent, ...]
    network: Network
    calendar: Calendar
    clock: Clock
    #: The day of its last event: on an earlier one it was another clock.
    since: date
    readings: dict[date, ClockReading] = field(default_factory=dict)

    def on(self, today: date) -> ClockReading:
        """Return what it shows today."""
        if today not in self.readings:
            self.readings[today] = self.clock.read(today)
        return self.readings[today]


# Without slots: copies are made of its fields as a whole, and it remembers what was computed from it (rules.frozen).
@dataclass(frozen=True)
class AssignmentView:
    """An approval item at its department, with the events from which its clock is computed."""

    id: UUID
    item: ItemCode
    department: DepartmentCode
    round: int
    status: AssignmentStatus
    light: Light = Light.GREEN
    #: Not granted before these are: told to the department at dispatch, cleared by PREREQUISITES_MET.
    awaits: tuple[ItemCode, ...] = ()
    clock: tuple[ClockEvent, ...] = ()
    handler: str | None = None
    #: The department's own number for the assignment (收件编号).
    receipt_number: str | None = None
    #: The clock that was last made of its events, if there is one; copies share it while theirs are the same.
    clocks: list["ClockMade"] = field(default_factory=list, repr=False, compare=False)
    #: Silence has accepted it (行政许可法 art. 32(4)).
    deemed_accepted: bool = False
    #: What its one-time notice lists; nothing else may be asked for.
    asked: tuple[str, ...] = ()
    #: Which version of each of its materials its decision relied on; of another item's result, the round.
    relied_on: Mapping[str, int] = field(default_factory=dict)
    #: A negative decision that waits for its second pair of eyes, as it was proposed.
    proposal: Mapping[str, Any] | None = None
    #: The legal limit, of which the department was told that silence beyond it will mean consent.
    warned_for: date | None = None
    #: When that warning had reached the department: the proof of delivery.
    warned_at: datetime | None = None
    #: The passed legal limit has been brought before supervision.
    escalated: bool = False
    #: How far supervision has gone, the day of its last order (or of the answer that gained days), and that answer.
    rung: Rung | None = None
    supervised_on: date | None = None
    answered: bool = False
    #: The deadlines last recorded, and the edition of the calendar they were computed by; None: none yet.
    promised_due: date | None = None
    legal_due: date | None = None
    provisional: bool = False
    calendar_edition: int | None = None
    #: The first reminder has gone out.
    reminded: bool = False
    #: Its result was taken over from an earlier application, which has delivered it.
    reused: bool = False
    #: The day by which its permit must have been made use of, and how often that was extended.
    use_by: date | None = None
    use_extensions: int = 0
    #: It comes first in its department's queue (绿色通道).
    green: bool = False
    #: What is known of its hearing, its site visit and the revocation of its permit, by name.
    procedures: Mapping[str, Any] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def occurred(self, kind: ClockEventKind) -> bool:
        """Tell whether something of this kind has happened to the clock."""
        return any(event.kind is kind for event in self.clock)


@dataclass(frozen=True, slots=True)
class RenewalView:
    """A permit that the application asks to renew (延续)."""

    document_number: str
    expires_on: date
    #: Asked for early enough for silence to renew it.
    in_time: bool


@dataclass(frozen=True, slots=True)
class GreenChannel:
    """An application goes first (绿色通道): by whose decision, under which number, and why."""

    authority: str
    document: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message to a department that has not been delivered yet."""

    id: UUID
    assignment: UUID
    kind: MessageKind
    department: DepartmentCode
    #: Also of an assignment whose round another has followed.
    item: ItemCode
    retry_at: datetime | None = None
    #: When a department's system refused it, or the schedule of retries ended: a person must look.
    rejected_at: datetime | None = None
    #: It waits for its turn at the department's endpoint, which comes from outside.
    deferred: bool = False

    @property
    def rejected(self) -> bool:
        """Nothing more is tried before a person has looked."""
        return self.rejected_at is not None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice to the applicant that has not been sent yet."""

    id: UUID
    kind: NoticeKind
    #: What it is about, where that is one assignment.
    assignment: UUID | None = None


@dataclass(frozen=True, slots=True)
class MaterialVersion:
    """The newest version of a material that has been brought, counted from 1; ``sha256`` where it is known."""

    number: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What a department thinks of another department's item, or has still to say."""

    id: UUID
    assignment: UUID
    item: ItemCode
    department: DepartmentCode
    status: OpinionStatus
    #: Working days to answer, from the day the department has been asked.
    days: int
    answer: OpinionAnswer | None = None
    #: When the question reached the department; None: it is still on its way.
    received_at: datetime | None = None
    #: The department has been told that its silence is about to mean consent.
    warned: bool = False
    #: Its silence counted as consent.
    deemed: bool = False


@dataclass(frozen=True)  # without slots, as AssignmentView
class ApplicationSnapshot:
    """Everything that decides what happens next."""

    number: str
    status: ApplicationStatus
    network: Network
    assignments: Mapping[ItemCode, AssignmentView] = field(default_factory=dict)  # the latest round of each item
    milestones_opened: frozenset[NodeCode] = frozenset()
    milestones_reached: frozenset[NodeCode] = frozenset()
    materials_provided: frozenset[str] = frozenset()
    #: Materials already named in a notice that the applicant has not answered.
    materials_asked: frozenset[str] = frozenset()
    messages: tuple[MessageView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    withdrawal_requested_at: datetime | None = None
    outcome: Outcome | None = None
    #: The working days of the city as they are known today.
    calendar: Calendar = OFFICIAL
    #: Materials ever brought, by name.
    material_versions: Mapping[str, MaterialVersion] = field(default_factory=dict)
    opinions: tuple[OpinionView, ...] = ()
    #: What the required items come to, once it was certain while something was still at work.
    verdict: Verdict | None = None
    #: When it was entered.
    verdict_at: datetime | None = None
    #: The agent's answer to what becomes of those still at work; None: not given.
    siblings: SiblingsDecision | None = None
    #: How many refusal filings (否定备案) it has.
    filings: int = 0
    concluded_at: datetime | None = None
    #: The last round of items that stopped, are stopped no longer, and have not been filed again.
    rounds: Mapping[ItemCode, int] = field(default_factory=dict)
    #: How the applicant wants the results.
    wish: DeliveryWish = field(default_factory=DeliveryWish)
    #: The latest attempt for each assignment that has left a result.
    deliveries: tuple[DeliveryView, ...] = ()
    #: By assignment; before the conclusion only those entered since the snapshot was taken.
    decisions: Mapping[UUID, DecisionView] = field(default_factory=dict)
    closing: ClosingView = field(default_factory=ClosingView)
    #: Those not answered, and the numbers of complaints not closed.
    objections: tuple[ObjectionView, ...] = ()
    complaints: tuple[str, ...] = ()
    #: It goes first in every queue; None: in its turn.
    green: GreenChannel | None = None
    #: Permits that are to be renewed, by item.
    renewals: Mapping[ItemCode, RenewalView] = field(default_factory=dict)

    @property
    def withdrawal_requested(self) -> bool:
        """The applicant has asked for the application back."""
        return self.withdrawal_requested_at is not None

    #: Stages whose joint limit has been extended, and by how many working days.
    joint_extensions: Mapping[str, int] = field(default_factory=dict)
    #: Those not ended when the snapshot was taken.
    commitments: tuple[CommitmentView, ...] = ()
    #: How many documents of each kind have been issued for each item, or (None) for the whole application.
    documents: Mapping[tuple[DocumentKind, ItemCode | None], int] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def progress(self) -> Progress:
        """How far its items and milestones have come."""
        return once(self, _progress_known)

    def once_of(self, view: AssignmentView, find: "Callable[[ApplicationSnapshot, AssignmentView], Found]") -> Found:
        """Return what ``find`` finds of an assignment, looking once.

        It depends on nothing but the assignment, its network and the calendar: not on the time.
        """
        known = view.memo.get(find)
        if known is None or known[0] is not self.network or known[1] is not self.calendar:
            known = view.memo[find] = (self.network, self.calendar, find(self, view))
        found: Found = known[2]
        return found

    def once_a_day(
        self,
        view: AssignmentView,
        now: datetime,
        find: "Callable[[ApplicationSnapshot, AssignmentView, datetime], Found]",
    ) -> Found:
        """Return what ``find`` finds of an assignment, looking once a day.

        It depends on nothing but the assignment, its network, the calendar and the day of ``now``.
        """
        today = local_date(now)
        known = view.memo.get(find)
        if known is None or known[2] != today or known[0] is not self.network or known[1] is not self.calendar:
            known = view.memo[find] = (self.network, self.calendar, today, find(self, view, now))
        found: Found = known[3]
        return found

    def read_clock(self, view: AssignmentView, now: datetime) -> ClockReading:
        """Read the clock of an assignment against its item's limits."""
        today = local_date(now)
        for made in view.clocks:
            known = made.network is self.network and made.calendar is self.calendar
            if known and made.since <= today and made.events == view.clock:
                return made.on(today)
        item, policies = self.network.item(view.item), self.network.policies
        past = past_events(view.clock, today)
        clock = Clock.of(item.legal, item.promised, past, self.calendar, policies.thresholds, policies.remind_percent)
        if len(past) < len(view.clock):
            return clock.read(today)  # what is dated later happens only then: such a clock is another one tomorrow
        made = ClockMade(view.clock, self.network, self.calendar, clock, past[-1].on if past else date.min)
        view.clocks[:] = [made]
        return made.on(today)


def _progress_known(snapshot: ApplicationSnapshot) -> Progress:
    return while_same(snapshot, _progress, snapshot.network, snapshot.assignments, snapshot.milestones_reached)


def _progress(snapshot: ApplicationSnapshot) -> Progress:
    """Take the last one, with all that was found of it, while it is the same."""
    ends = {item: view.status if view.status.final else None for item, view in snapshot.assignments.items()}
    known = snapshot.kept.get(_progress)
    if known is not None:
        last: Progress = known[1]
        if last.is_of(snapshot.network, ends, snapshot.milestones_reached):
            return last
    return Progress(snapshot.network, ends, snapshot.milestones_reached)
