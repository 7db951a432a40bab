"""Selective reopening: a decision is looked at again when a document it relied on is replaced, and no other is.

A new version of a document touches only the items that list it. What was decided favourably on an older version is
opened as a new round; the decision of the round before stays on file and valid until the new round ends, for nobody
has revoked it (行政许可法 art. 69 leaves that to a person). Refusals are not opened again: they are answered by
reconsideration, suit or a new application.
"""

from collections.abc import Iterator
from typing import Any

from rules.catalog import EdgeKind, ItemCode, MaterialSource, NodeCode
from rules.effects import entered
from rules.entries import Assigned, Entry, MessageQueued, NoticeQueued, Revised, Step
from rules.identifiers import assignment_id, notice_id
from rules.materials import of_item
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, MessageKind, NoticeKind

_REOPENED = frozenset({AssignmentStatus.GRANTED, AssignmentStatus.PARTLY_GRANTED, AssignmentStatus.DEEMED_APPROVED})


def outdated(snapshot: ApplicationSnapshot, view: AssignmentView) -> dict[str, int]:
    """Return the materials of which a favourable decision relied on an older version, with that version."""
    if view.status not in _REOPENED:
        return {}
    versions = snapshot.material_versions
    return {n: seen for n, seen in view.relied_on.items() if n in versions and seen < versions[n].number}


def reopenings(snapshot: ApplicationSnapshot, names: frozenset[str]) -> tuple[Entry, ...]:
    """Open a new round of every favourable decision that relied on an older version of one of ``names``.

    Prerequisites first, so that a dependant reopened with them awaits them.
    """
    made: list[Entry] = []
    for node in snapshot.network.topological():
        view = snapshot.assignments.get(ItemCode(node))
        if view is None or not (old := {n: v for n, v in outdated(snapshot, view).items() if n in names}):
            continue
        entries = (*_reopened(snapshot, view, old), *_basis_changed(snapshot, view, old))
        snapshot = entered(snapshot, *entries)
        made += entries
    return tuple(made)


def _reopened(snapshot: ApplicationSnapshot, view: AssignmentView, old: dict[str, int]) -> tuple[Entry, ...]:
    round_, item = view.round + 1, snapshot.network.item(view.item)
    again = AssignmentView(
        id=assignment_id(snapshot.number, view.item, round_),
        item=view.item,
        department=view.department,
        round=round_,
        status=AssignmentStatus.OPENED,
        awaits=tuple(_reopened_prerequisites(snapshot, view)),
    )
    reason = f"材料已更换：{'、'.join(old)}"
    changed = [
        {"name": name, "provided": True, "version": snapshot.material_versions[name].number, "relied_on": seen}
        for name, seen in old.items()
    ]
    body: dict[str, Any] = {"previous": str(view.id), "round": round_, "reason": reason, "materials": changed}
    notice = notice_id(snapshot.number, NoticeKind.REOPENED, str(again.id))
    told = {"item": item.code, "item_name": item.name, "department": item.department_name, **body}
    details = {**body, "awaits": list(again.awaits)}
    return (
        Assigned(again),
        MessageQueued(view.item, MessageKind.DISPATCHED),
        MessageQueued(view.item, MessageKind.REOPENED, body=body),
        NoticeQueued(notice, NoticeKind.REOPENED, "重新审查告知", told, view.item),
        Step("assignment.reopened", view.item, view.status, AssignmentStatus.OPENED, reason, details),
    )


def _reopened_prerequisites(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[ItemCode]:
    """Name the prerequisites of an item that are themselves under way again."""
    for before in snapshot.network.prerequisites(NodeCode(view.item), EdgeKind.ACCEPTANCE, EdgeKind.DECISION):
        basis = snapshot.assignments.get(ItemCode(before))
        if basis is not None and not basis.status.final:
            yield basis.item


def _basis_changed(snapshot: ApplicationSnapshot, view: AssignmentView, old: dict[str, int]) -> Iterator[Entry]:
    """Flag what rests on a result that is looked at again: nothing is revoked, but nothing more is granted on it.

    What is decided is flagged in a step only. What a department still works on awaits the new result: an edge of
    acceptance has become one of decision.
    """
    for item in dependants(snapshot, view.item):
        dependant = snapshot.assignments.get(item)
        if dependant is None or dependant.status in _UNTOUCHED:
            continue
        details = {"basis": view.item, "round": view.round + 1, "materials": list(old)}
        if not dependant.status.final and view.item not in dependant.awaits:
            yield Revised(item, {"awaits": (*dependant.awaits, view.item)})
        yield Step("basis.changed", item, reason=f"所依据的 {view.item} 重新审查", details=details)


_UNTOUCHED = frozenset(
    {
        AssignmentStatus.BLOCKED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.REVOKED,
        AssignmentStatus.STRUCK_OFF,
        AssignmentStatus.CANCELLED,
        AssignmentStatus.WITHDRAWN,
        AssignmentStatus.RETURNED,
        AssignmentStatus.NOT_ACCEPTED,
        AssignmentStatus.NOT_REQUIRED,
        AssignmentStatus.REFUSED,
    }
)


def dependants(snapshot: ApplicationSnapshot, item: ItemCode) -> tuple[ItemCode, ...]:
    """Return the items that rest on the result of another: by an edge, or because they list it as a material."""
    gated = (e.after for e in snapshot.network.dependents(item) if e.kind in (EdgeKind.ACCEPTANCE, EdgeKind.DECISION))
    listing = (
        each.code
        for each in snapshot.network.items
        if any(m.source is MaterialSource.RESULT and m.result_of == item for m in each.materials)
    )
    return tuple(dict.fromkeys(ItemCode(code) for code in (*gated, *listing)))


def told_of(snapshot: ApplicationSnapshot, names: frozenset[str]) -> tuple[Entry, ...]:
    """Tell every department that works on an item that a document of it has a new version.

    One that waits for a correction is told when its whole list is there: until then it need not look.
    """
    made: list[Entry] = []
    for view in snapshot.assignments.values():
        newer = [name for name in of_item(snapshot, view) if name in names]
        if view.status.final or view.status is AssignmentStatus.CORRECTION_REQUIRED or not newer:
            continue
        made += materials_added(snapshot, view, newer)
        made.append(Step("materials.renewed", view.item, details={"materials": newer}))
    return tuple(made)


def materials_added(
    snapshot: ApplicationSnapshot, view: AssignmentView, names: list[str] | tuple[str, ...]
) -> tuple[Entry, ...]:
    """Queue the message that materials have come, each with its version."""
    versions = {name: snapshot.material_versions[name].number for name in names}
    body = {"materials": [{"name": n, "provided": True, "version": version} for n, version in versions.items()]}
    serial = "/".join(f"{name}@{version}" for name, version in sorted(versions.items()))
    return (MessageQueued(view.item, MessageKind.MATERIALS_ADDED, serial, body),)
