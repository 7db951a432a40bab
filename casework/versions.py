"""Open applications follow a newer catalog version, each as far as its items have not been accepted."""

from casework.casefile import CaseFile
from casework.catalogs import newest
from casework.entering import enter
from rules.acts.moving import moved


async def follow(case: CaseFile) -> None:
    """Move an application to the newest catalog version; what that changes is entered. Safe to repeat.

    One that has an item which is no longer published, or whose journey is not, keeps its version: its assignments
    belong to it, and what becomes of an abolished item is decided by people.
    """
    if not case.behind:
        return
    number, catalog = await newest(case.session)
    network = case.snapshot.network
    if network.journey not in catalog.journeys or any(item.code not in catalog.items for item in network.items):
        return
    case.catalog_version, case.behind = number, False
    case.application_changes["catalog_version"] = number
    enter(case, moved(case.snapshot, catalog, number, case.now))
