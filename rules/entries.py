"""The entries a case file is made of: every move and every act comes down to these, in the order they are made.

A rule says what is entered; what an entry does to a snapshot is said in ``rules.effects``, how it is kept in tables in
``casework.entering``, once for all rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import ClockEvent
from rules.commitments.record import CommitmentView
from rules.delivery.entries import AfterEntry
from rules.joining import Verdict
from rules.joint_session import SessionView
from rules.network import Network
from rules.snapshot import (
    AssignmentView,
    GreenChannel,
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
class Superseded:
    """What stopped an item has gone: its round stays on file, and the item may come to its department anew."""

    item: ItemCode
    assignment: UUID
    round: int


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
    #: When it happened, for the conclusion, the delivery and the closing.
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
class JoinSettled:
    """What the required items come to is certain (or, None, certain no longer); the agent's answer is void."""

    verdict: Verdict | None
    at: datetime


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
class GreenChannelSet:
    """The application goes first (绿色通道), or (None) in its turn again."""

    channel: GreenChannel | None


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
    | Superseded
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
    | CommitmentSigned
    | CommitmentRevised
    | BreachRecorded
    | GreenChannelSet
    | Step
    | JointExtended
    | AfterEntry
)
