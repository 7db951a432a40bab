"""Enter what the rules say in a case file: in its snapshot, and in the rows that will be written."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from types import MappingProxyType
from typing import Any, Final

from casework import commitment_rows, delivery_rows
from casework.casefile import CaseFile
from casework.documents import with_documents
from models import (
    ApprovalNetwork,
    Assignment,
    ClockEvent,
    Decision,
    DecisionCorrection,
    DepartmentMessage,
    JointExtension,
    JointSession,
    Material,
    Milestone,
    Notice,
    Opinion,
    RefusalFiling,
)
from rules.clocks import Light
from rules.effects import entered
from rules.entries import (
    Assigned,
    BreachRecorded,
    Clocked,
    CommitmentRevised,
    CommitmentSigned,
    Decided,
    DecisionDetailCorrected,
    DispatchArrived,
    Entry,
    Filed,
    GreenChannelSet,
    JoinSettled,
    JointExtended,
    MaterialReceived,
    MaterialsAsked,
    MessageQueued,
    MessagesVoided,
    MilestoneClosed,
    MilestoneOpened,
    MilestoneReached,
    NoticeQueued,
    OpinionAsked,
    OpinionRevised,
    PlanRevised,
    Revised,
    SessionRevised,
    SessionScheduled,
    SiblingsDecided,
    StatusSet,
    Step,
    Superseded,
    WithdrawalRequested,
)
from rules.identifiers import message_id
from rules.network import digest, to_document
from rules.vocabulary import VOID_STATUSES, ApplicationStatus

#: The columns that say when an application came to a status.
_DATED: Final[Mapping[ApplicationStatus, str]] = MappingProxyType(
    {
        ApplicationStatus.CONCLUDED: "concluded_at",
        ApplicationStatus.DELIVERED: "delivered_at",
        ApplicationStatus.CLOSED: "closed_at",
    }
)


def enter(case: CaseFile, entries: tuple[Entry, ...]) -> None:
    """Enter everything in order, with the documents that follow; what is written is what the snapshot then shows.

    Raises DocumentIncompleteError when an act lacks what its document must state.
    """
    for entry in with_documents(case, entries):
        case.snapshot = entered(case.snapshot, entry)
        _KEEP[type(entry)](case, entry)


def _assigned(case: CaseFile, entry: Assigned) -> None:
    view = entry.view
    case.add(
        Assignment,
        id=view.id,
        application_id=case.id,
        catalog_version=case.catalog_version,
        item=view.item,
        department=view.department,
        round=view.round,
        status=view.status,
        light=Light.GREEN,
        escalated=False,
        answered=False,
        provisional=False,
        reminded=False,
        superseded=False,
        use_extensions=0,
        green=view.green,
        awaits=list(view.awaits),
        asked=list(view.asked),
        relied_on=dict(view.relied_on),
        opened_at=case.now,
        ended_at=case.now if view.status.final else None,
        reused_from=entry.reused_from,
    )


def _superseded(case: CaseFile, entry: Superseded) -> None:
    case.change(entry.assignment, superseded=True)


def _revised(case: CaseFile, entry: Revised) -> None:
    view = case.snapshot.assignments[entry.item]
    changes = {name: list(value) if isinstance(value, tuple) else value for name, value in entry.changes.items()}
    if "status" in changes:
        ended = case.now if view.status.final else None
        # A permit that lapses was decided before: that day stays.
        changes |= {} if view.status in VOID_STATUSES else {"ended_at": ended}
    case.change(view.id, **changes)


def _clocked(case: CaseFile, entry: Clocked) -> None:
    event = entry.event
    case.add(
        ClockEvent,
        application_id=case.id,
        assignment_id=case.snapshot.assignments[entry.item].id,
        kind=event.kind,
        at=event.at,
        days=event.days,
        reason=event.reason,
    )


def _decided(case: CaseFile, entry: Decided) -> None:
    view = case.snapshot.assignments[entry.item]
    case.change(view.id, relied_on=dict(view.relied_on))
    case.add(
        Decision,
        assignment_id=case.snapshot.assignments[entry.item].id,
        kind=entry.kind,
        document_number=entry.document_number,
        reason=entry.reason,
        legal_basis=entry.legal_basis,
        handler=entry.handler,
        on_behalf_of=entry.on_behalf_of,
        decided_at=entry.decided_at,
        recorded_at=case.now,
        source=case.actor.name,
        filing=entry.filing,
    )


def _message_queued(case: CaseFile, entry: MessageQueued) -> None:
    view = case.snapshot.assignments[entry.item]
    case.message_count += 1
    case.add(
        DepartmentMessage,
        id=message_id(view.id, entry.kind, entry.serial),
        application_id=case.id,
        assignment_id=view.id,
        department=entry.department or view.department,
        kind=entry.kind,
        serial=(case.revision + 1) * 1000 + case.message_count,
        body=dict(entry.body),
        created_at=case.now,
    )


def _dispatch_arrived(case: CaseFile, entry: DispatchArrived) -> None:
    case.arrived.add(case.snapshot.assignments[entry.item].id)


def _messages_voided(case: CaseFile, entry: MessagesVoided) -> None:
    view = case.snapshot.assignments[entry.item]
    case.void_messages.add(view.id)


def _notice_queued(case: CaseFile, entry: NoticeQueued) -> None:
    case.add(
        Notice,
        id=entry.id,
        application_id=case.id,
        assignment_id=case.snapshot.assignments[entry.item].id if entry.item else None,
        kind=entry.kind,
        title=entry.title,
        body=dict(entry.body),
        created_at=case.now,
    )


def _materials_asked(case: CaseFile, entry: MaterialsAsked) -> None:
    for name in entry.names:
        case.add(Material, application_id=case.id, name=name, asked_at=case.now)


def _material_received(case: CaseFile, entry: MaterialReceived) -> None:
    case.add(
        Material,
        application_id=case.id,
        name=entry.name,
        provided_at=case.now,
        provided_by=entry.by,
        version=entry.version,
        sha256=entry.sha256,
    )


def _milestone_opened(case: CaseFile, entry: MilestoneOpened) -> None:
    case.add(Milestone, application_id=case.id, code=entry.code, opened_at=case.now)


def _milestone_reached(case: CaseFile, entry: MilestoneReached) -> None:
    case.milestones_reached[entry.code] = entry.by


def _status_set(case: CaseFile, entry: StatusSet) -> None:
    case.application_changes["status"] = entry.status
    if entry.outcome is not None:
        case.application_changes["outcome"] = entry.outcome
    if entry.at is not None:
        case.application_changes[_DATED[entry.status]] = entry.at
    if entry.status is ApplicationStatus.DELIVERED:
        case.application_changes["closing_refused"] = []


def _withdrawal_requested(case: CaseFile, entry: WithdrawalRequested) -> None:
    case.application_changes["withdrawal_requested_at"] = entry.at


def _filed(case: CaseFile, entry: Filed) -> None:
    view = case.snapshot.assignments[entry.item]
    case.add(
        RefusalFiling,
        number=entry.number,
        application_id=case.id,
        assignment_id=view.id,
        department=view.department,
        kind=entry.kind,
        facts=entry.facts,
        reason=entry.reason,
        legal_basis=entry.legal_basis,
        papers=list(entry.papers),
        handler=entry.handler,
        approver=entry.approver,
        filed_at=entry.filed_at,
        notice_id=entry.notice,
    )


def _decision_detail_corrected(case: CaseFile, entry: DecisionDetailCorrected) -> None:
    case.add(
        DecisionCorrection,
        assignment_id=case.snapshot.assignments[entry.item].id,
        detail=entry.detail,
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
        handler=entry.handler,
        corrected_at=entry.corrected_at,
        recorded_at=case.now,
        source=case.actor.name,
    )


def _join_settled(case: CaseFile, entry: JoinSettled) -> None:
    case.application_changes.update(verdict=entry.verdict, verdict_at=entry.at, siblings=None)


def _siblings_decided(case: CaseFile, entry: SiblingsDecided) -> None:
    case.application_changes["siblings"] = entry.decision


def _opinion_asked(case: CaseFile, entry: OpinionAsked) -> None:
    view = entry.view
    case.add(
        Opinion,
        id=view.id,
        application_id=case.id,
        assignment_id=view.assignment,
        item=view.item,
        department=view.department,
        status=view.status,
        days=view.days,
        asked_at=case.now,
        warned=view.warned,
        deemed=view.deemed,
    )


def _opinion_revised(case: CaseFile, entry: OpinionRevised) -> None:
    case.opinion_changes.setdefault(entry.id, {}).update(entry.changes, **entry.particulars)


def _plan_revised(case: CaseFile, entry: PlanRevised) -> None:
    network = entry.network
    content = {"digest": digest(network), "journey": network.journey, "document": to_document(network)}
    case.add(ApprovalNetwork, catalog_version=case.catalog_version, **content)
    case.application_changes["network"] = content["digest"]


def _milestone_closed(case: CaseFile, entry: MilestoneClosed) -> None:
    case.milestones_closed.add(entry.code)


def _green_channel(case: CaseFile, entry: GreenChannelSet) -> None:
    given = entry.channel and {**asdict(entry.channel), "since": entry.channel.since.isoformat()}
    case.application_changes["green"] = given


def _session_scheduled(case: CaseFile, entry: SessionScheduled) -> None:
    view = {each.name: getattr(entry.view, each.name) for each in fields(entry.view)}
    lists = {name: list(value) for name, value in view.items() if isinstance(value, tuple)}
    empty: dict[str, Any] = {"attendance": {}, "conclusions": {}, "minutes": ""}
    case.add(JointSession, application_id=case.id, **{**view, **lists, **empty})


def _session_revised(case: CaseFile, entry: SessionRevised) -> None:
    case.session_changes.setdefault(entry.id, {}).update(entry.changes)


def _step(case: CaseFile, entry: Step) -> None:
    view = case.snapshot.assignments.get(entry.item) if entry.item else None  # type: ignore[call-overload]
    case.record(
        entry.kind,
        assignment=view.id if view else None,
        department=view.department if view else None,
        item=entry.item,
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
        details=entry.details,
    )


def _joint_extended(case: CaseFile, entry: JointExtended) -> None:
    case.add(
        JointExtension,
        application_id=case.id,
        stage=entry.stage,
        days=entry.days,
        approver=entry.approver,
        reason=entry.reason,
        at=case.now,
    )


_KEEP: Final[Mapping[type, Callable[[CaseFile, Any], None]]] = MappingProxyType(
    {
        Assigned: _assigned,
        Superseded: _superseded,
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
        SessionScheduled: _session_scheduled,
        SessionRevised: _session_revised,
        Filed: _filed,
        DecisionDetailCorrected: _decision_detail_corrected,
        GreenChannelSet: _green_channel,
        **delivery_rows.KEEP,
        CommitmentSigned: commitment_rows.signed,
        CommitmentRevised: commitment_rows.revised,
        BreachRecorded: commitment_rows.breach,
        Step: _step,
        JointExtended: _joint_extended,
    }
)
