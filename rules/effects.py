"""What each entry does to a snapshot; how it is kept in tables is said in ``casework.entering``."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from rules.delivery.effects import EFFECTS
from rules.delivery.record import ClosingView, DecisionView
from rules.entries import (
    Assigned,
    Clocked,
    CommitmentRevised,
    CommitmentSigned,
    Decided,
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
    SiblingsDecided,
    StatusSet,
    Superseded,
    WithdrawalRequested,
)
from rules.frozen import changed
from rules.identifiers import message_id
from rules.materials import versions_seen
from rules.snapshot import ApplicationSnapshot, AssignmentView, MaterialVersion, MessageView, NoticeView
from rules.vocabulary import ApplicationStatus, MessageKind


def entered(snapshot: ApplicationSnapshot, *entries: Entry) -> ApplicationSnapshot:
    """Return the snapshot after these entries."""
    for entry in entries:
        apply = _APPLY.get(type(entry))
        if apply is not None:
            snapshot = apply(snapshot, entry)
    return snapshot


def _with(snapshot: ApplicationSnapshot, view: AssignmentView) -> ApplicationSnapshot:
    return changed(snapshot, assignments=MappingProxyType({**snapshot.assignments, view.item: view}))


def _assigned(snapshot: ApplicationSnapshot, entry: Assigned) -> ApplicationSnapshot:
    return _with(snapshot, entry.view)


def _superseded(snapshot: ApplicationSnapshot, entry: Superseded) -> ApplicationSnapshot:
    left = {item: view for item, view in snapshot.assignments.items() if item != entry.item}
    rounds = {**snapshot.rounds, entry.item: entry.round}
    return changed(snapshot, assignments=MappingProxyType(left), rounds=MappingProxyType(rounds))


def _revised(snapshot: ApplicationSnapshot, entry: Revised) -> ApplicationSnapshot:
    return _with(snapshot, changed(snapshot.assignments[entry.item], **entry.changes))


def _clocked(snapshot: ApplicationSnapshot, entry: Clocked) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    return _with(snapshot, changed(view, clock=(*view.clock, entry.event)))


def _message_queued(snapshot: ApplicationSnapshot, entry: MessageQueued) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    department = entry.department or view.department
    message = MessageView(
        message_id(view.id, entry.kind, entry.serial), view.id, entry.kind, department, item=entry.item
    )
    return changed(snapshot, messages=(*snapshot.messages, message))


def _dispatch_arrived(snapshot: ApplicationSnapshot, entry: DispatchArrived) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    waiting = (m for m in snapshot.messages if m.assignment != view.id or m.kind is not MessageKind.DISPATCHED)
    return changed(snapshot, messages=tuple(waiting))


def _messages_voided(snapshot: ApplicationSnapshot, entry: MessagesVoided) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    gone = (view.id, view.department)  # not what a department that handed it on has still to hear
    left = tuple(m for m in snapshot.messages if (m.assignment, m.department) != gone)
    return changed(snapshot, messages=left)


def _notice_queued(snapshot: ApplicationSnapshot, entry: NoticeQueued) -> ApplicationSnapshot:
    about = snapshot.assignments[entry.item].id if entry.item else None
    return changed(snapshot, notices=(*snapshot.notices, NoticeView(entry.id, entry.kind, about)))


def _materials_asked(snapshot: ApplicationSnapshot, entry: MaterialsAsked) -> ApplicationSnapshot:
    # What the applicant had brought and must bring again does not count as brought any more.
    names = frozenset(entry.names)
    return changed(
        snapshot,
        materials_provided=snapshot.materials_provided - names,
        materials_asked=snapshot.materials_asked | names,
    )


def _material_received(snapshot: ApplicationSnapshot, entry: MaterialReceived) -> ApplicationSnapshot:
    return changed(
        snapshot,
        materials_provided=snapshot.materials_provided | {entry.name},
        materials_asked=snapshot.materials_asked - {entry.name},
        material_versions=MappingProxyType(
            {**snapshot.material_versions, entry.name: MaterialVersion(entry.version, entry.sha256)}
        ),
    )


def _milestone_opened(snapshot: ApplicationSnapshot, entry: MilestoneOpened) -> ApplicationSnapshot:
    return changed(snapshot, milestones_opened=snapshot.milestones_opened | {entry.code})


def _milestone_reached(snapshot: ApplicationSnapshot, entry: MilestoneReached) -> ApplicationSnapshot:
    return changed(snapshot, milestones_reached=snapshot.milestones_reached | {entry.code})


def _status_set(snapshot: ApplicationSnapshot, entry: StatusSet) -> ApplicationSnapshot:
    return changed(
        snapshot,
        status=entry.status,
        outcome=entry.outcome or snapshot.outcome,
        concluded_at=entry.at if entry.status is ApplicationStatus.CONCLUDED and entry.at else snapshot.concluded_at,
        closing=_closing(snapshot.closing, entry),
    )


def _closing(closing: ClosingView, entry: StatusSet) -> ClosingView:
    """A new delivery begins the time to object anew; what stood in the way of closing before is forgotten."""
    if entry.status is not ApplicationStatus.DELIVERED:
        return closing
    return replace(closing, delivered_at=entry.at, refused=())


def _withdrawal_requested(snapshot: ApplicationSnapshot, entry: WithdrawalRequested) -> ApplicationSnapshot:
    return changed(snapshot, withdrawal_requested_at=entry.at)


def _filed(snapshot: ApplicationSnapshot, _entry: Filed) -> ApplicationSnapshot:
    return changed(snapshot, filings=snapshot.filings + 1)


def _decided(snapshot: ApplicationSnapshot, entry: Decided) -> ApplicationSnapshot:
    view = snapshot.assignments[entry.item]
    made = DecisionView(entry.kind, entry.decided_at, entry.document_number, entry.filing, entry.legal_basis)
    snapshot = changed(snapshot, decisions=MappingProxyType({**snapshot.decisions, view.id: made}))
    return _with(snapshot, changed(view, relied_on=versions_seen(snapshot, view)))


def _join_settled(snapshot: ApplicationSnapshot, entry: JoinSettled) -> ApplicationSnapshot:
    return changed(snapshot, verdict=entry.verdict, verdict_at=entry.at, siblings=None)


def _siblings_decided(snapshot: ApplicationSnapshot, entry: SiblingsDecided) -> ApplicationSnapshot:
    return changed(snapshot, siblings=entry.decision)


def _opinion_asked(snapshot: ApplicationSnapshot, entry: OpinionAsked) -> ApplicationSnapshot:
    return changed(snapshot, opinions=(*snapshot.opinions, entry.view))


def _opinion_revised(snapshot: ApplicationSnapshot, entry: OpinionRevised) -> ApplicationSnapshot:
    revised = tuple(replace(o, **entry.changes) if o.id == entry.id else o for o in snapshot.opinions)
    return changed(snapshot, opinions=revised)


def _plan_revised(snapshot: ApplicationSnapshot, entry: PlanRevised) -> ApplicationSnapshot:
    return changed(snapshot, network=entry.network)


def _milestone_closed(snapshot: ApplicationSnapshot, entry: MilestoneClosed) -> ApplicationSnapshot:
    return changed(snapshot, milestones_opened=snapshot.milestones_opened - {entry.code})


def _joint_extended(snapshot: ApplicationSnapshot, entry: JointExtended) -> ApplicationSnapshot:
    return changed(snapshot, joint_extensions={**snapshot.joint_extensions, entry.stage: entry.days})


def _commitment_signed(snapshot: ApplicationSnapshot, entry: CommitmentSigned) -> ApplicationSnapshot:
    return changed(snapshot, commitments=(*snapshot.commitments, entry.view))


def _commitment_revised(snapshot: ApplicationSnapshot, entry: CommitmentRevised) -> ApplicationSnapshot:
    revised = (replace(c, **entry.changes) if c.id == entry.id else c for c in snapshot.commitments)
    return changed(snapshot, commitments=tuple(revised))


def _green_channel(snapshot: ApplicationSnapshot, entry: GreenChannelSet) -> ApplicationSnapshot:
    return changed(snapshot, green=entry.channel)


#: What the planner need not know (steps, breaches) is missing here.
_APPLY: Final[Mapping[type, Callable[..., ApplicationSnapshot]]] = MappingProxyType(
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
        Filed: _filed,
        JointExtended: _joint_extended,
        CommitmentSigned: _commitment_signed,
        CommitmentRevised: _commitment_revised,
        GreenChannelSet: _green_channel,
        **EFFECTS,
    }
)
