"""The materials of one application: which names it knows, and which versions a decision has seen."""

from collections.abc import Iterable
from difflib import get_close_matches

from rules.attendance import attendance_name
from rules.commitments.tolerance import letter_name
from rules.errors import InvalidIntakeError
from rules.network import Network, NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView


def listed(network: Network) -> frozenset[str]:
    """Return the names of all materials that the approval items of an application list (行政许可法 art. 30)."""
    return frozenset(name for item in network.items for name in _names(item))


def known(snapshot: ApplicationSnapshot) -> frozenset[str]:
    """Return the names an applicant may bring: what the items list, and what a department has asked for."""
    asked = (name for view in snapshot.assignments.values() for name in view.asked)
    return listed(snapshot.network) | snapshot.materials_asked | snapshot.materials_provided | frozenset(asked)


def require_known(names: Iterable[str], among: frozenset[str]) -> None:
    """Raise InvalidIntakeError listing every name that is not known, each with the closest ones that are."""
    unknown = [name for name in dict.fromkeys(names) if name not in among]
    if not unknown:
        return
    close = {name: get_close_matches(name, sorted(among), n=3, cutoff=0.4) for name in unknown}
    told = "；".join(f"“{name}”，是否指：{'、'.join(found)}" if found else f"“{name}”" for name, found in close.items())
    problems = [{"material": name, "closest": found} for name, found in close.items()]
    raise InvalidIntakeError(f"本申请没有这些材料：{told}", problems=problems)


def next_version(snapshot: ApplicationSnapshot, name: str) -> int:
    """Number the version of a material that is brought now."""
    before = snapshot.material_versions.get(name)
    return before.number + 1 if before else 1


def of_item(snapshot: ApplicationSnapshot, view: AssignmentView) -> tuple[str, ...]:
    """Return the names of the materials an assignment rests on: its item's, and what its notice asked for."""
    return tuple(dict.fromkeys([*_names(snapshot.network.item(view.item)), *view.asked]))


def unlisted(item: NetworkItem, names: Iterable[str]) -> list[str]:
    """Name what an item's published list does not have, so that nobody may demand it (行政许可法 art. 30).

    A visit and a promise are asked for by names of their own.
    """
    known_to_all = {*_names(item), attendance_name(item), letter_name(item)}
    return [name for name in names if name not in known_to_all]


def _names(item: NetworkItem) -> tuple[str, ...]:
    """Name what the item lists, and what it asks of those who do not promise instead (告知承诺 is voluntary)."""
    return (*(material.name for material in item.materials), *item.waived)


def versions_seen(snapshot: ApplicationSnapshot, view: AssignmentView) -> dict[str, int]:
    """Return the version of each material that a decision made now relies on; of another item's result, its round."""
    seen: dict[str, int] = {}
    for material in snapshot.network.item(view.item).materials:
        if material.result_of is not None and material.result_of in snapshot.assignments:
            seen[material.name] = snapshot.assignments[material.result_of].round
    for name in (*of_item(snapshot, view), attendance_name(snapshot.network.item(view.item))):
        if name in snapshot.material_versions:
            seen[name] = snapshot.material_versions[name].number
    return seen
