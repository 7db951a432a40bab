"""The entries a case file is made of: every move and every act comes down to these, in the order they are made.

A rule says what is entered; what an entry does to a snapshot is said here, and how it is kept in tables is said in
``casework.entering``, once for all rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import ClockEvent
from rules.commitments.record import CommitmentView
from rules.identifiers import message_id
from rules.joining import Verdict
from rules.joint_session import SessionView
from rules.materials import versions_seen
from rules.network import Network
from rules.snapshot import (
    ApplicationSnapshot,
    AssignmentView,
    MaterialVersion,
    MessageView,
    NoticeView,
    OpinionView,
)
from rules.vocabulary import (
    ApplicationStatus,
    BreachKind,
    DecisionKind,
    MessageKind,
    NoticeKind,
    Outcome,
    SiblingsDecision,
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """An approval item comes to its department, or is closed before it ever does."""

    view: AssignmentView
    #: The assignment of an earlier application whose result this is.
    reused_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """Fields of an assignment change; the names are those of ``AssignmentView``."""

    item: ItemCode
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clocked:
    """Something happens to an assignment's clock."""

    item: ItemCode
    event: ClockEvent


@dataclass(frozen=True, slots=True)
class Decided:
    """The one final decision on an assignment."""

    item: ItemCode
    kind: DecisionKind
    decided_at: datetime
    document_number: str | None = None
    reason: str | None = None
    legal_basis: str | None = None
    handler: str | None = None
    #: Whom the handler stood in for (AB岗).
    on_behalf_of: str | None = None
    #: Number of the refusal filing; no refusal without one.
    filing: str | None = None


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A department is to be told something; ``serial`` tells it from an earlier message of the same kind.

    Without ``department`` it is the one that has the assignment.
    """

    item: ItemCode
    kind: MessageKind
    serial: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    department: DepartmentCode | None = None


@dataclass(frozen=True, slots=True)
class DispatchArrived:
    """The department has the assignment, although its answer to the dispatch never arrived."""

    item: ItemCode


@dataclass(frozen=True, slots=True)
class MessagesVoided:
    """What the assignment's department has not been told yet makes no sense any more."""

    item: ItemCode


@dataclass(frozen=True, slots=True)
class NoticeQueued:
    """The applicant is to be told something."""

    id: UUID
    kind: NoticeKind
    title: str
    body: Mapping[str, Any]
    item: ItemCode | None = None


@dataclass(frozen=True, slots=True)
class MaterialsAsked:
    """Materials must be brought, or brought again."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaterialReceived:
    """The applicant has brought a material."""

    name: str
    by: str
    version: int = 1
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneOpened:
    """The law lets a real-world milestone happen from now on."""

    code: NodeCode


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    """A real-world milestone has happened."""

    code: NodeCode
    by: str


@dataclass(frozen=True, slots=True)
class StatusSet:
    """The application's status changes; ``outcome`` with its conclusion."""

    status: ApplicationStatus
    outcome: Outcome | None = None
    #: With the conclusion.
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalRequested:
    """The applicant wants the application back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Filed:
    """A negative decision is filed (否定备案), by a handler and with another person's approval."""

    item: ItemCode
    number: str
    kind: DecisionKind
    facts: str
    reason: str
    legal_basis: str
    #: What the applicant would have to bring.
    papers: tuple[str, ...]
    handler: str
    approver: str
    filed_at: datetime
    #: The notice that tells the applicant.
    notice: UUID


@dataclass(frozen=True, slots=True)
class DecisionDetailCorrected:
    """A detail of a decision was wrong; the decision itself is never edited."""

    item: ItemCode
    detail: str
    before: str | None
    after: str
    reason: str
    handler: str | None
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryEscalated:
    """The result has not been delivered in time, and supervision is told."""


@dataclass(frozen=True, slots=True)
class JoinSettled:
    """What the required items come to is certain (or, None, certain no longer); the agent's answer is void."""

    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class SiblingsDecided:
    """An agent says what becomes of those still at work."""

    decision: SiblingsDecision


@dataclass(frozen=True, slots=True)
class OpinionAsked:
    """A department is asked for its opinion on another department's item."""

    view: OpinionView


@dataclass(frozen=True, slots=True)
class OpinionRevised:
    """An opinion changes: ``changes`` are fields of ``OpinionView``, ``particulars`` what only people read."""

    id: UUID
    changes: Mapping[str, Any]
    particulars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanRevised:
    """The application is pinned to another network from now on."""

    network: Network


@dataclass(frozen=True, slots=True)
class MilestoneClosed:
    """A milestone that has not happened may not happen any more: something new gates it."""

    code: NodeCode


@dataclass(frozen=True, slots=True)
class SessionScheduled:
    """Departments are summoned to a joint session."""

    view: SessionView


@dataclass(frozen=True, slots=True)
class SessionRevised:
    """A joint session is held or called off; the names are those of its table."""

    id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JointExtended:
    """The head of the government has extended the joint limit of a stage."""

    stage: str
    days: int
    approver: str
    reason: str


@dataclass(frozen=True, slots=True)
class CommitmentSigned:
    """The applicant commits in writing; ``signature`` is the SHA-256 of the letter that was signed."""

    view: CommitmentView
    signer: str
    signed_at: datetime
    signature: str
    text_version: str
    credit_check: Mapping[str, Any]
    letter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CommitmentRevised:
    """Fields of a commitment change; the names are those of ``CommitmentView``."""

    id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BreachRecorded:
    """A commitment was not kept: this stays on the applicant's record until it is repaired."""

    commitment: UUID
    item: ItemCode
    kind: BreachKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What the step records say of it: past tense with a dot, ``decision.granted``."""

    kind: str
    item: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Entry = (
    Assigned
    | Revised
    | Clocked
    | Decided
    | MessageQueued
    | DispatchArrived
    | MessagesVoided
    | NoticeQueued
    | MaterialsAsked
    | MaterialReceived
    | MilestoneOpened
    | MilestoneReached
    | StatusSet
    | WithdrawalRequested
    | JoinSettled
    | SiblingsDecided
    | OpinionAsked
    | OpinionRevised
    | PlanRevised
    | MilestoneClosed
    | SessionScheduled
    | SessionRevised
    | Filed
    | DecisionDetailCorrected
    | DeliveryEscalated
    | CommitmentSigned
    | CommitmentRevised
    | BreachRecorded
    | Step
    | JointExtended
)


def entered(snapshot: ApplicationSnapshot, *entries: Entry) -> ApplicationSnapshot:
    """Return the snapshot after these entries."""
    for entry in entries:
        apply = _APPLY.get(type(entry))
        if apply is not None:
            snapshot = apply(snapshot, entry)
    return snapshot


def _with(snapshot: ApplicationSnapshot, view: AssignmentView) -> ApplicationSnapshot:
    return replace(snapshot, assignments=MappingProxyType({**snapshot.assignments, view.item: view}))


def _assigned(snapshot: ApplicationSnapshot, entry: Assigned) -> ApplicationSnapshot:
    return _with(snapshot, entry.view)


def _revised(snapshot: ApplicationSnapshot, entry: Revised) -> ApplicationSnapshot:
    return _with(snapshot, replace(snapshot.assignments[entry.item], **entry.changes))


def _clocked(snapshot: ApplicationSnapshot, entry: Clocked) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    return _with(snapshot, replace(view, clock=(*view.clock, entry.event)))


def _message_queued(snapshot: ApplicationSnapshot, entry: MessageQueued) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    department = entry.department or view.department
    message = MessageView(message_id(view.id, entry.kind, entry.serial), view.id, entry.kind, department)
    return replace(snapshot, messages=(*snapshot.messages, message))


def _dispatch_arrived(snapshot: ApplicationSnapshot, entry: DispatchArrived) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    waiting = (m for m in snapshot.messages if m.assignment != view.id or m.kind is not MessageKind.DISPATCHED)
    return replace(snapshot, messages=tuple(waiting))


def _messages_voided(snapshot: ApplicationSnapshot, entry: MessagesVoided) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    gone = (view.id, view.department)  # not what a department that handed it on has still to hear
    left = tuple(m for m in snapshot.messages if (m.assignment, m.department) != gone)
    return replace(snapshot, messages=left)


def _notice_queued(snapshot: ApplicationSnapshot, entry: NoticeQueued) -> ApplicationSnapshot:
    return replace(snapshot, notices=(*snapshot.notices, NoticeView(entry.id, entry.kind)))


def _materials_asked(snapshot: ApplicationSnapshot, entry: MaterialsAsked) -> ApplicationSnapshot:
    # What the applicant had brought and must bring again does not count as brought any more.
    names = frozenset(entry.names)
    return replace(
        snapshot,
        materials_provided=snapshot.materials_provided - names,
        materials_asked=snapshot.materials_asked | names,
    )


def _material_received(snapshot: ApplicationSnapshot, entry: MaterialReceived) -> ApplicationSnapshot:
    return replace(
        snapshot,
        materials_provided=snapshot.materials_provided | {entry.name},
        materials_asked=snapshot.materials_asked - {entry.name},
        material_versions=MappingProxyType(
            {**snapshot.material_versions, entry.name: MaterialVersion(entry.version, entry.sha256)}
        ),
    )


def _milestone_opened(snapshot: ApplicationSnapshot, entry: MilestoneOpened) -> ApplicationSnapshot:
    return replace(snapshot, milestones_opened=snapshot.milestones_opened | {entry.code})


def _milestone_reached(snapshot: ApplicationSnapshot, entry: MilestoneReached) -> ApplicationSnapshot:
    return replace(snapshot, milestones_reached=snapshot.milestones_reached | {entry.code})


def _status_set(snapshot: ApplicationSnapshot, entry: StatusSet) -> ApplicationSnapshot:
    return replace(
        snapshot,
        status=entry.status,
        outcome=entry.outcome or snapshot.outcome,
        concluded_at=entry.at or snapshot.concluded_at,
    )


def _withdrawal_requested(snapshot: ApplicationSnapshot, entry: WithdrawalRequested) -> ApplicationSnapshot:
    return replace(snapshot, withdrawal_requested_at=entry.at)


def _filed(snapshot: ApplicationSnapshot, _entry: Filed) -> ApplicationSnapshot:
    return replace(snapshot, filings=snapshot.filings + 1)


def _delivery_escalated(snapshot: ApplicationSnapshot, _entry: DeliveryEscalated) -> ApplicationSnapshot:
    return replace(snapshot, delivery_escalated=True)


def _decided(snapshot: ApplicationSnapshot, entry: Decided) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    return _with(snapshot, replace(view, relied_on=versions_seen(snapshot, view)))


def _join_settled(snapshot: ApplicationSnapshot, entry: JoinSettled) -> ApplicationSnapshot:
    return replace(snapshot, verdict=entry.verdict, siblings=None)


def _siblings_decided(snapshot: ApplicationSnapshot, entry: SiblingsDecided) -> ApplicationSnapshot:
    return replace(snapshot, siblings=entry.decision)


def _opinion_asked(snapshot: ApplicationSnapshot, entry: OpinionAsked) -> ApplicationSnapshot:
    return replace(snapshot, opinions=(*snapshot.opinions, entry.view))


def _opinion_revised(snapshot: ApplicationSnapshot, entry: OpinionRevised) -> ApplicationSnapshot:
    revised = tuple(replace(o, **entry.changes) if o.id == entry.id else o for o in snapshot.opinions)
    return replace(snapshot, opinions=revised)


def _plan_revised(snapshot: ApplicationSnapshot, entry: PlanRevised) -> ApplicationSnapshot:
    return replace(snapshot, network=entry.network)


def _milestone_closed(snapshot: ApplicationSnapshot, entry: MilestoneClosed) -> ApplicationSnapshot:
    return replace(snapshot, milestones_opened=snapshot.milestones_opened - {entry.code})


def _joint_extended(snapshot: ApplicationSnapshot, entry: JointExtended) -> ApplicationSnapshot:
    return replace(snapshot, joint_extensions={**snapshot.joint_extensions, entry.stage: entry.days})


def _commitment_signed(snapshot: ApplicationSnapshot, entry: CommitmentSigned) -> ApplicationSnapshot:
    return replace(snapshot, commitments=(*snapshot.commitments, entry.view))


def _commitment_revised(snapshot: ApplicationSnapshot, entry: CommitmentRevised) -> ApplicationSnapshot:
    revised = (replace(c, **entry.changes) if c.id == entry.id else c for c in snapshot.commitments)
    return replace(snapshot, commitments=tuple(revised))


#: What the planner need not know (steps, breaches) is missing here.
_APPLY: Final[Mapping[type, Callable[..., ApplicationSnapshot]]] = MappingProxyType(
    {
        Assigned: _assigned,
        Revised: _revised,
        Clocked: _clocked,
        Decided: _decided,
        MessageQueued: _message_queued,
        DispatchArrived: _dispatch_arrived,
        MessagesVoided: _messages_voided,
        NoticeQueued: _notice_queued,
        MaterialsAsked: _materials_asked,
        MaterialReceived: _material_received,
        MilestoneOpened: _milestone_opened,
        MilestoneReached: _milestone_reached,
        StatusSet: _status_set,
        WithdrawalRequested: _withdrawal_requested,
        JoinSettled: _join_settled,
        SiblingsDecided: _siblings_decided,
        OpinionAsked: _opinion_asked,
        OpinionRevised: _opinion_revised,
        PlanRevised: _plan_revised,
        MilestoneClosed: _milestone_closed,
        Filed: _filed,
        DeliveryEscalated: _delivery_escalated,
        JointExtended: _joint_extended,
        CommitmentSigned: _commitment_signed,
        CommitmentRevised: _commitment_revised,
    }
)
