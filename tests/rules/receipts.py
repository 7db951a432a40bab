"""Snapshots of applications whose items have been received, for the tests of receipt and acceptance."""

from dataclasses import replace
from datetime import datetime

from rules.acts import Report, reported
from rules.acts.acceptance import received
from rules.catalog import ItemCode, Material, MaterialSource, RefusalPolicy
from rules.effects import entered
from rules.entries import Entry, NoticeQueued, Step
from rules.moves import InsideMove
from rules.planner import Plan, settle
from rules.snapshot import ApplicationSnapshot, AssignmentView, MaterialVersion
from rules.terms import Correction, Policies, Terms
from rules.vocabulary import ApplicationStatus, DepartmentAct, NoticeKind
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def office(
    *codes: str,
    correction: Correction = Correction(),
    edges: tuple[tuple[str, str, str], ...] = (),
    materials: dict[str, tuple[str, ...]] | None = None,
    policies: Policies = Policies(),
) -> ApplicationSnapshot:
    """An application whose items, all materials at hand, have gone to their departments."""
    listed = materials or {}
    items = [
        replace(
            network_item(code),
            terms=Terms(correction=correction),
            materials=tuple(Material(n, False, MaterialSource.APPLICANT) for n in listed.get(code, ())),
        )
        for code in codes
    ]
    names = frozenset(name for each in listed.values() for name in each)
    shape = replace(network(items, list(edges), RefusalPolicy.STOP_DEPENDENTS), policies=policies)
    return ApplicationSnapshot(
        "DB-211282-20260302-00001-H",
        ApplicationStatus.REGISTERED,
        shape,
        materials_provided=names,
        material_versions={name: MaterialVersion(1) for name in names},
    )


def opened(snapshot: ApplicationSnapshot, now: datetime) -> ApplicationSnapshot:
    """Everything that is ready has been received at ``now``."""
    snapshot, _, _ = settle(snapshot, now)
    for view in tuple(snapshot.assignments.values()):
        if view.status == "opened":
            snapshot = entered(snapshot, *received(snapshot, view, now))
    return replace(snapshot, messages=(), notices=())


def tell(
    snapshot: ApplicationSnapshot, item: str, act: DepartmentAct, now: datetime, **details: object
) -> tuple[ApplicationSnapshot, tuple[Entry, ...]]:
    entries = reported(snapshot, item, Report(act, now, details))
    return entered(snapshot, *entries), entries


def later(snapshot: ApplicationSnapshot, now: datetime) -> tuple[ApplicationSnapshot, tuple[InsideMove, ...], Plan]:
    return settle(snapshot, now)


def view_of(snapshot: ApplicationSnapshot, item: str) -> AssignmentView:
    return snapshot.assignments[ItemCode(item)]


def steps(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.kind for entry in entries if isinstance(entry, Step)]


def notices(entries: tuple[Entry, ...], kind: NoticeKind) -> list[NoticeQueued]:
    return [entry for entry in entries if isinstance(entry, NoticeQueued) and entry.kind is kind]
