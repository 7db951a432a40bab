"""The moves an application can make, and what each does to a snapshot.

Inside moves have consequences only in our own tables; they are applied in the transaction of the act that caused
them. Outside moves reach somebody else and are performed one by one by the flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from rules.catalog import DepartmentCode, ItemCode, NodeCode
from rules.clocks import Light
from rules.snapshot import ApplicationSnapshot, AssignmentView, MessageView, NoticeView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, NoticeKind, Outcome

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:daiban")


def assignment_id(number: str, item: str, round_: int) -> UUID:
    """Name an assignment by what it is, so that opening it twice is opening it once."""
    return uuid5(_NAMESPACE, f"assignment/{number}/{item}/{round_}")


def message_id(assignment: UUID, kind: MessageKind, serial: str = "") -> UUID:
    """Name a message to a department; this is also the Idempotency-Key it travels with."""
    return uuid5(_NAMESPACE, f"message/{assignment}/{kind}/{serial}")


def notice_id(number: str, kind: NoticeKind, serial: str) -> UUID:
    """Name a notice to the applicant."""
    return uuid5(_NAMESPACE, f"notice/{number}/{kind}/{serial}")


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
    """Deliver a notice to the applicant; delivering the RESULT notice completes the application."""

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
)
OutsideMove = SendMessage | SendNotice


def applied(snapshot: ApplicationSnapshot, move: InsideMove) -> ApplicationSnapshot:
    """Return the snapshot after one inside move."""
    return _APPLY[type(move)](snapshot, move)


def _with_assignment(snapshot: ApplicationSnapshot, view: AssignmentView) -> Mapping[ItemCode, AssignmentView]:
    return MappingProxyType({**snapshot.assignments, view.item: view})


def _queued(view: AssignmentView, kind: MessageKind, serial: str = "") -> MessageView:
    return MessageView(message_id(view.id, kind, serial), view.id, kind, view.department)


def _begin(snapshot: ApplicationSnapshot, _move: BeginApproval) -> ApplicationSnapshot:
    return replace(snapshot, status=ApplicationStatus.IN_APPROVAL)


def _open(snapshot: ApplicationSnapshot, move: OpenAssignment) -> ApplicationSnapshot:
    view = AssignmentView(
        id=assignment_id(snapshot.number, move.item, 1),
        item=move.item,
        department=move.department,
        round=1,
        status=AssignmentStatus.OPENED,
        awaits=move.awaits,
    )
    return replace(
        snapshot,
        assignments=_with_assignment(snapshot, view),
        messages=(*snapshot.messages, _queued(view, MessageKind.DISPATCHED)),
    )


def _block(snapshot: ApplicationSnapshot, move: BlockItem) -> ApplicationSnapshot:
    view = AssignmentView(
        id=assignment_id(snapshot.number, move.item, 1),
        item=move.item,
        department=move.department,
        round=1,
        status=AssignmentStatus.BLOCKED,
    )
    return replace(snapshot, assignments=_with_assignment(snapshot, view))


def _cancel(snapshot: ApplicationSnapshot, move: CancelAssignment) -> ApplicationSnapshot:
    before = snapshot.assignments[move.item]
    view = replace(before, status=move.becomes, awaits=())
    # Told even if the dispatch is unconfirmed: it may be on its way, and departments tolerate any order.
    messages = (
        *(m for m in snapshot.messages if m.assignment != view.id),
        _queued(view, MessageKind.CANCELLED),
    )
    return replace(snapshot, assignments=_with_assignment(snapshot, view), messages=messages)


def _release(snapshot: ApplicationSnapshot, move: ReleaseDecision) -> ApplicationSnapshot:
    view = replace(snapshot.assignments[move.item], awaits=())
    return replace(
        snapshot,
        assignments=_with_assignment(snapshot, view),
        messages=(*snapshot.messages, _queued(view, MessageKind.PREREQUISITES_MET)),
    )


def _ask(snapshot: ApplicationSnapshot, move: AskMaterials) -> ApplicationSnapshot:
    notice = NoticeView(notice_of_materials(snapshot.number, move.materials), NoticeKind.MATERIALS_MISSING)
    return replace(
        snapshot,
        materials_asked=snapshot.materials_asked | frozenset(move.materials),
        notices=(*snapshot.notices, notice),
    )


def notice_of_materials(number: str, materials: tuple[str, ...]) -> UUID:
    """Name the notice that asks for these materials."""
    return notice_id(number, NoticeKind.MATERIALS_MISSING, "/".join(sorted(materials)))


def _open_gate(snapshot: ApplicationSnapshot, move: OpenGate) -> ApplicationSnapshot:
    notice = NoticeView(notice_id(snapshot.number, NoticeKind.GATE_OPENED, move.milestone), NoticeKind.GATE_OPENED)
    return replace(
        snapshot,
        milestones_opened=snapshot.milestones_opened | {move.milestone},
        notices=(*snapshot.notices, notice),
    )


def _show_light(snapshot: ApplicationSnapshot, move: ShowLight) -> ApplicationSnapshot:
    view = replace(snapshot.assignments[move.item], light=move.light)
    messages = snapshot.messages
    if reminds(view):
        messages = (*messages, _queued(view, MessageKind.REMINDED, move.serial))
    return replace(snapshot, assignments=_with_assignment(snapshot, view), messages=messages)


def reminds(view: AssignmentView) -> bool:
    """Tell whether the light now shown is worth a reminder (催办) to a department that has the assignment."""
    return view.light is not Light.GREEN and view.status is not AssignmentStatus.OPENED


def _conclude(snapshot: ApplicationSnapshot, move: Conclude) -> ApplicationSnapshot:
    notice = NoticeView(notice_id(snapshot.number, NoticeKind.RESULT, ""), NoticeKind.RESULT)
    return replace(
        snapshot,
        status=ApplicationStatus.CONCLUDED,
        outcome=move.outcome,
        notices=(*snapshot.notices, notice),
    )


_APPLY: Final[Mapping[type, Callable[..., ApplicationSnapshot]]] = MappingProxyType(
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
    }
)
