"""Open applications follow a newer catalog version, each as far as its items have not been accepted."""

from casework.casefile import CaseFile
from casework.catalogs import newest
from casework.entering import enter
from rules.acts.moving import moved
from rules.network.versions import may_follow


async def follow(case: CaseFile) -> None:
    """Move an application to the newest catalog version; what that changes is entered. Safe to repeat.

    One that may not follow (``rules.network.versions.may_follow``) keeps its version: its assignments belong to it.
    """
    if not case.behind:
        return
    number, catalog = await newest(case.session)
    if not may_follow(case.snapshot.network, catalog):
        return
    case.catalog_version, case.behind = number, False
    case.application_changes["catalog_version"] = number
    enter(case, moved(case.snapshot, catalog, number, case.now))
