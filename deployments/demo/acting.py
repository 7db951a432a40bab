"""What the agents, the applicants and an inbox's staff do, when the script says so and the office's clock shows it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deployments.demo.portal_client import PortalClient
from deployments.demo.scenario import InboxConduct, Part
from rules.catalog import Catalog
from rules.vocabulary import AssignmentStatus, NoticeKind

_ASKS_FOR_MATERIALS = (NoticeKind.MATERIALS_MISSING, NoticeKind.CORRECTION, NoticeKind.DEFERRED_MATERIALS)
_WITH_THE_DEPARTMENT = (AssignmentStatus.RECEIVED, AssignmentStatus.ACCEPTED, AssignmentStatus.UNDER_REVIEW)


class Player:
    """Plays the people around one application; everything they know is the application as the portal shows it."""

    def __init__(self, part: Part, inbox: Mapping[str, InboxConduct]) -> None:
        self.part = part
        #: The application's number once it is handed in.
        self.number: str | None = None
        self._inbox = inbox
        #: Somebody has something to do whose time has not come, or has just done it: look again soon.
        self.awaited = True
        self._answered: set[str] = set()

    async def hand_in(self, portal: PortalClient, catalog: Catalog) -> None:
        """Launch the application. Safe to repeat."""
        self.number = await portal.launch(self.part.form(catalog), f"demo-{self.part.key}")

    async def play(self, portal: PortalClient, report: Mapping[str, Any], now: datetime) -> None:
        """Do whatever is due now."""
        if report["concluded_at"] is not None:
            self.awaited = not report["complete"]
            return
        number = report["number"]
        self.awaited = await self._withdraw_when_due(portal, report, now)
        for notice in report["notices"]:
            if notice["kind"] in _ASKS_FOR_MATERIALS and notice["id"] not in self._answered:
                self.awaited = True
                if _since(notice["sent_at"], now) >= timedelta(days=self._delay(notice["kind"])):
                    await portal.bring_materials(number, notice["body"]["materials"])
                    self._answered.add(notice["id"])
        for milestone in report["milestones"]:
            wait = self.part.milestones.get(milestone["code"])
            if wait is not None and milestone["opened_at"] is not None and milestone["reached_at"] is None:
                self.awaited = True
                if _since(milestone["opened_at"], now) >= timedelta(days=wait):
                    await portal.report_milestone(number, milestone["code"])
        if report["withdrawal_requested_at"] is not None:
            return
        for line in report["lines"]:
            if line["department"] in self._inbox and line["status"] in _WITH_THE_DEPARTMENT:
                self.awaited = True
                await self._work_inbox(portal, line, now)

    def _delay(self, kind: str) -> float:
        deferred = kind == NoticeKind.DEFERRED_MATERIALS
        return self.part.cure_after_days if deferred else self.part.supply_after_days

    async def _withdraw_when_due(self, portal: PortalClient, report: Mapping[str, Any], now: datetime) -> bool:
        """Withdraw once the day has come; tell whether it has still to come."""
        wanted = self.part.withdrawal
        if wanted is None or report["withdrawal_requested_at"] is not None:
            return False
        if _since(report["registered_at"], now) >= timedelta(days=wanted.after_days):
            await portal.withdraw(report["number"], wanted.reason, wanted.request)
        return True

    async def _work_inbox(self, portal: PortalClient, line: Mapping[str, Any], now: datetime) -> None:
        """Accept what lies in an inbox, and grant it when its time has come."""
        department, assignment = line["department"], UUID(line["assignment"])
        conduct = self._inbox[department]
        if line["accepted_at"] is None:
            await portal.report_event(department, assignment, "accepted", {}, now)
        elif _since(line["accepted_at"], now) >= timedelta(days=conduct.after_days) and not line["awaits"]:
            granted = {"decision": "granted", "document_number": conduct.document_number}
            await portal.report_event(department, assignment, "decided", granted, now)


def _since(moment: str | None, now: datetime) -> timedelta:
    """Tell how long ago something happened; less than nothing when it has not."""
    return now - datetime.fromisoformat(moment) if moment else -timedelta.resolution
