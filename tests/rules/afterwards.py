"""An application whose only item, P, has been decided, and how its notices reach the applicant."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.delivery.moves import arrived
from rules.delivery.record import DeliveryView, DeliveryWish
from rules.effects import entered
from rules.entries import Entry, Step
from rules.moves import InsideMove, SendNotice
from rules.network import NetworkItem
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot
from rules.terms import Terms
from rules.vocabulary import DepartmentAct
from tests.rules.assignments import MONDAY, REASONS, report, under_review
from tests.rules.networks import network_item


def item(**terms: Any) -> NetworkItem:
    """P, whose grant is a licence."""
    return replace(network_item("P"), result="许可证", terms=Terms(**terms))


def granted(at: datetime = MONDAY, wish: DeliveryWish | None = None, **terms: Any) -> ApplicationSnapshot:
    """P is granted at ``at``; nothing has been told."""
    snapshot = replace(under_review(item(**terms)), wish=wish or DeliveryWish())
    snapshot, _ = report(snapshot, DepartmentAct.DECIDED, at, decision="granted", document_number="1号", handler="王芳")
    return settled(snapshot, at)


def refused(at: datetime = MONDAY) -> ApplicationSnapshot:
    snapshot, _ = report(
        under_review(item()), DepartmentAct.DECIDED, at, decision="refused", **REASONS, handler="王芳", approver="李强"
    )
    return settled(snapshot, at)


def settled(snapshot: ApplicationSnapshot, at: datetime) -> ApplicationSnapshot:
    return settle(snapshot, at)[0]


def made(snapshot: ApplicationSnapshot, at: datetime) -> tuple[InsideMove, ...]:
    return settle(snapshot, at)[1]


def told(snapshot: ApplicationSnapshot, at: datetime) -> ApplicationSnapshot:
    """Everything that is due reaches the applicant."""
    while True:
        snapshot, _, current = settle(snapshot, at)
        due = [move for move in current.outside if isinstance(move, SendNotice)]
        if not due:
            return snapshot
        for move in due:
            snapshot = entered(snapshot, *arrived(snapshot, move.notice, move.kind, at))


def delivery(snapshot: ApplicationSnapshot) -> DeliveryView:
    [found] = snapshot.deliveries
    return found


def steps(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.kind for entry in entries if isinstance(entry, Step)]
