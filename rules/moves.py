"""The moves an application can make, and the entries each comes down to.

Inside moves have consequences only in our own tables; they are applied in the transaction of the act that caused
them. Outside moves reach somebody else and are performed one by one by the flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules import closing, duties, joint_moves, receiving, renewal, silence, supervision, using, withdrawal
from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import ClockEvent, ClockEventKind, Light
from rules.closing import ClosingMove
from rules.commitments import letters
from rules.commitments import moves as commitment_moves
from rules.commitments.moves import CommitmentMove
from rules.deadlines import (
    RemindEarly,
    ReportOverrun,
    SetDeadline,
    remind_early,
    reminder,
    report_overrun,
    set_deadline,
)
from rules.delivery import moves as delivery_moves
from rules.delivery.moves import DeliveryMove
from rules.effects import entered
from rules.entries import (
    Assigned,
    Clocked,
    Entry,
    MaterialsAsked,
    MessageQueued,
    MessagesVoided,
    MilestoneOpened,
    NoticeQueued,
    Revised,
    StatusSet,
    Step,
)
from rules.identifiers import assignment_id, notice_id
from rules.priority import goes_first
from rules.receiving import DeemAccepted, EscalateSilence, RemindCorrection, ReturnPapers, TellCorrections
from rules.silence import DeemApproved, Escalate, WarnSilence
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.supervision import Climb
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, NoticeKind, Outcome
from rules.withdrawal import ConfirmWithdrawal


@dataclass(frozen=True, slots=True)
class BeginApproval:
    """Materials are being gathered no longer: the first item is ready."""


@dataclass(frozen=True, slots=True)
class OpenAssignment:
    """Hand ``item`` to its department; it may not be granted before ``awaits`` are."""

    item: ItemCode
    department: DepartmentCode
    awaits: tuple[ItemCode, ...]


@dataclass(frozen=True, slots=True)
class BlockItem:
    """Close an item that can never be filed, because ``because`` was not granted; its clock never starts."""

    item: ItemCode
    department: DepartmentCode
    because: NodeCode


@dataclass(frozen=True, slots=True)
class CancelAssignment:
    """Stop an assignment that a department is working on; ``becomes`` is CANCELLED or WITHDRAWN."""

    assignment: UUID
    item: ItemCode
    becomes: AssignmentStatus
    because: str


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """Tell a department that everything its decision waited for is granted."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class AskMaterials:
    """Ask the applicant for everything that is missing, in one notice."""

    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Everything that gates a real-world milestone is granted: it may happen."""

    milestone: NodeCode


@dataclass(frozen=True, slots=True)
class ShowLight:
    """The warning light of an assignment changes; yellow and red also remind its department."""

    assignment: UUID
    item: ItemCode
    light: Light
    at: datetime

    @property
    def serial(self) -> str:
        """Tell this reminder from an earlier one of the same colour."""
        return f"{self.light}/{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Conclude:
    """Every item is decided, blocked or stopped: the application is concluded (办结)."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Deliver a message to a department."""

    message: UUID
    department: DepartmentCode
    kind: MessageKind
    item: ItemCode


@dataclass(frozen=True, slots=True)
class SendNotice:
    """Publish a notice to the applicant, which also delivers the results it carries."""

    notice: UUID
    kind: NoticeKind


InsideMove = (
    BeginApproval
    | OpenAssignment
    | BlockItem
    | CancelAssignment
    | ReleaseDecision
    | AskMaterials
    | OpenGate
    | ShowLight
    | Conclude
    | DeemAccepted
    | EscalateSilence
    | TellCorrections
    | RemindCorrection
    | ReturnPapers
    | joint_moves.SettleJoin
    | joint_moves.AskOpinions
    | joint_moves.WarnOfSilence
    | joint_moves.LapseOpinion
    | joint_moves.CloseOpinion
    | ConfirmWithdrawal
    | WarnSilence
    | DeemApproved
    | Escalate
    | Climb
    | DeliveryMove
    | ClosingMove
    | SetDeadline
    | RemindEarly
    | ReportOverrun
    | CommitmentMove
    | renewal.DeemRenewed
    | using.BeginUse
    | using.Lapse
    | duties.WaiveHearing
    | duties.EscalateDuty
)
OutsideMove = SendMessage | SendNotice


def entries(snapshot: ApplicationSnapshot, move: InsideMove, now: datetime) -> tuple[Entry, ...]:
    """Say what is entered in the case file when a move is made."""
    return _ENTRIES[type(move)](snapshot, move, now)


def applied(snapshot: ApplicationSnapshot, move: InsideMove, now: datetime) -> ApplicationSnapshot:
    """Return the snapshot after one inside move."""
    return entered(snapshot, *entries(snapshot, move, now))


def _begin(snapshot: ApplicationSnapshot, _move: BeginApproval, _now: datetime) -> tuple[Entry, ...]:
    status = ApplicationStatus.IN_APPROVAL
    return StatusSet(status), Step("approval.begun", before=snapshot.status, after=status)


def _open(snapshot: ApplicationSnapshot, move: OpenAssignment, _now: datetime) -> tuple[Entry, ...]:
    view = _new(snapshot, move.item, move.department, AssignmentStatus.OPENED, move.awaits)
    details = {"awaits": list(move.awaits)} if move.awaits else {}
    return (
        Assigned(view),
        MessageQueued(move.item, MessageKind.DISPATCHED, body=_dispatch(snapshot, move.item)),
        Step("assignment.opened", move.item, after=AssignmentStatus.OPENED, details=details),
    )


def _dispatch(snapshot: ApplicationSnapshot, item: ItemCode) -> dict[str, Any]:
    """Say what a department is told beyond what the catalog says: what is renewed, and that it goes first."""
    told, channel = renewal.told(snapshot, item), snapshot.green
    if channel is None or not goes_first(channel, snapshot.network.item(item).terms):
        return told
    said = {"authority": channel.authority, "document": channel.document, "reason": channel.reason}
    return {**told, "green_channel": said}


def _block(snapshot: ApplicationSnapshot, move: BlockItem, _now: datetime) -> tuple[Entry, ...]:
    # What is never filed because the applicant withdraws was not stopped by a prerequisite.
    withdrawn = move.because == withdrawal.CAUSE
    after = AssignmentStatus.WITHDRAWN if withdrawn else AssignmentStatus.BLOCKED
    return (
        Assigned(_new(snapshot, move.item, move.department, after)),
        Step(f"assignment.{after}", move.item, after=after, reason=move.because),
    )


def _new(
    snapshot: ApplicationSnapshot,
    item: ItemCode,
    department: DepartmentCode,
    status: AssignmentStatus,
    awaits: tuple[ItemCode, ...] = (),
) -> AssignmentView:
    round_ = snapshot.rounds.get(item, 0) + 1
    return AssignmentView(
        id=assignment_id(snapshot.number, item, round_),
        item=item,
        department=department,
        round=round_,
        status=status,
        awaits=awaits,
        green=goes_first(snapshot.green, snapshot.network.item(item).terms),
    )


def _cancel(snapshot: ApplicationSnapshot, move: CancelAssignment, now: datetime) -> tuple[Entry, ...]:
    before = snapshot.assignments[move.item].status
    return (
        Revised(move.item, {"status": move.becomes, "awaits": ()}),
        Clocked(move.item, ClockEvent(ClockEventKind.STOPPED, now, reason=move.because)),
        MessagesVoided(move.item),
        # Told even if the dispatch is unconfirmed: it may be on its way, and departments tolerate any order.
        MessageQueued(move.item, MessageKind.CANCELLED, body={"reason": move.because}),
        Step(f"assignment.{move.becomes}", move.item, before=before, after=move.becomes, reason=move.because),
    )


def _release(snapshot: ApplicationSnapshot, move: ReleaseDecision, _now: datetime) -> tuple[Entry, ...]:
    view = snapshot.assignments[move.item]
    return (
        Revised(move.item, {"awaits": ()}),
        MessageQueued(move.item, MessageKind.PREREQUISITES_MET, body={"awaits": []}),
        Step("prerequisites.met", move.item, details={"items": list(view.awaits)}),
    )


def _ask(snapshot: ApplicationSnapshot, move: AskMaterials, _now: datetime) -> tuple[Entry, ...]:
    notice = notice_id(snapshot.number, NoticeKind.MATERIALS_MISSING, "/".join(sorted(move.materials)))
    body: dict[str, Any] = {"materials": list(move.materials)}
    if replaceable := letters.offers(snapshot, move.materials):
        body["commitments"] = replaceable
    return (
        MaterialsAsked(move.materials),
        NoticeQueued(notice, NoticeKind.MATERIALS_MISSING, "请一次性补齐下列材料", body),
        Step(f"notice.{NoticeKind.MATERIALS_MISSING}", details=body),
    )


GATE_TITLES: Final = MappingProxyType(
    {
        "#START": "开工前置手续已齐，可以开工",
        "#DONE": "项目已开工，完工后请代办员报告",
        "#OPER": "投产（开业）前置手续已齐，可以投产（开业）",
    }
)


def _open_gate(snapshot: ApplicationSnapshot, move: OpenGate, now: datetime) -> tuple[Entry, ...]:
    # A gate may open again after a change of plan closed it.
    notice = notice_id(snapshot.number, NoticeKind.GATE_OPENED, f"{move.milestone}/{now.isoformat()}")
    title = GATE_TITLES.get(move.milestone, f"{move.milestone} 的前置手续已齐")
    body = {"milestone": move.milestone}
    return (
        MilestoneOpened(move.milestone),
        NoticeQueued(notice, NoticeKind.GATE_OPENED, title, body),
        Step(f"notice.{NoticeKind.GATE_OPENED}", details=body),
        Step("gate.opened", move.milestone),
    )


def _show_light(snapshot: ApplicationSnapshot, move: ShowLight, now: datetime) -> tuple[Entry, ...]:
    view = snapshot.assignments[move.item]
    told: tuple[Entry, ...] = ()
    if reminds(move.light, view.status):
        body = {**reminder(snapshot, view, now), "light": move.light}
        told = (MessageQueued(move.item, MessageKind.REMINDED, move.serial, body),)
    return (
        Revised(move.item, {"light": move.light}),
        *told,
        Step(f"light.{move.light}", move.item, before=view.light, after=move.light),
    )


def reminds(light: Light, status: AssignmentStatus) -> bool:
    """Tell whether a light is worth a reminder (催办) to a department that has the assignment."""
    return light is not Light.GREEN and status is not AssignmentStatus.OPENED


def _conclude(snapshot: ApplicationSnapshot, move: Conclude, now: datetime) -> tuple[Entry, ...]:
    results = {view.item: view.status.value for view in snapshot.assignments.values()}
    notice = notice_id(snapshot.number, NoticeKind.RESULT, "")
    body = {"outcome": move.outcome, "results": results}
    return (
        *(_withdrawn(snapshot) if move.outcome is Outcome.WITHDRAWN else ()),
        StatusSet(ApplicationStatus.CONCLUDED, move.outcome, now),
        NoticeQueued(notice, NoticeKind.RESULT, f"申请已办结：{move.outcome.zh}", body),
        Step(f"notice.{NoticeKind.RESULT}", details=body),
        Step("application.concluded", before=snapshot.status, after=move.outcome, details={"results": results}),
    )


def _withdrawn(snapshot: ApplicationSnapshot) -> tuple[Entry, ...]:
    """Confirm a withdrawal to the applicant: what was withdrawn, and which decisions stand all the same."""
    statuses = {view.item: view.status for view in snapshot.assignments.values()}
    gone = [item for item, status in statuses.items() if status is AssignmentStatus.WITHDRAWN]
    stands = {item: status.value for item, status in statuses.items() if item not in gone}
    notice = notice_id(snapshot.number, NoticeKind.WITHDRAWN, "")
    body = {"withdrawn": gone, "stands": stands, "advice": "已准予的许可仍然有效；不再需要的，可依法申请注销"}
    return (
        NoticeQueued(notice, NoticeKind.WITHDRAWN, "撤件确认", body),
        Step("withdrawal.confirmed", details={"withdrawn": gone, "stands": stands}),
    )


_ENTRIES: Final[Mapping[type, Callable[..., tuple[Entry, ...]]]] = MappingProxyType(
    {
        BeginApproval: _begin,
        OpenAssignment: _open,
        BlockItem: _block,
        CancelAssignment: _cancel,
        ReleaseDecision: _release,
        AskMaterials: _ask,
        OpenGate: _open_gate,
        ShowLight: _show_light,
        Conclude: _conclude,
        DeemAccepted: receiving.deemed,
        EscalateSilence: receiving.escalated,
        TellCorrections: receiving.told,
        RemindCorrection: receiving.reminded,
        ReturnPapers: receiving.returned,
        joint_moves.SettleJoin: joint_moves.settle,
        joint_moves.AskOpinions: joint_moves.ask,
        joint_moves.WarnOfSilence: joint_moves.warn,
        joint_moves.LapseOpinion: joint_moves.lapse,
        joint_moves.CloseOpinion: joint_moves.close,
        ConfirmWithdrawal: withdrawal.confirmed,
        WarnSilence: silence.warned,
        DeemApproved: silence.deemed,
        Escalate: silence.escalated,
        Climb: supervision.climbed,
        **delivery_moves.ENTRIES,
        **closing.ENTRIES,
        SetDeadline: set_deadline,
        RemindEarly: remind_early,
        ReportOverrun: report_overrun,
        **commitment_moves.ENTRIES,
        renewal.DeemRenewed: renewal.deemed,
        using.BeginUse: using.begun,
        using.Lapse: using.lapsed,
        duties.WaiveHearing: duties.waived,
        duties.EscalateDuty: duties.escalated,
    }
)
