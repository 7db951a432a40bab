"""The agent's own limits: from when the agent is waited for, to the last day, told to the agent and then beyond."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from rules.acts.applicant import milestone_reported
from rules.catalog import DepartmentCode, ItemCode, NodeCode, RefusalPolicy
from rules.entries import Step
from rules.errors import InvalidIntakeError
from rules.joining import Verdict
from rules.planner import outlook
from rules.service import days_late, late
from rules.slowness import Alert, AlertKind
from rules.snapshot import ApplicationSnapshot, AssignmentView, MessageView
from rules.terms import Join, JoinPolicy, OnRefusal, Policies, Siblings
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, Party, SiblingsDecision
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item

X, Y = ItemCode("X"), ItemCode("Y")
SHAPE = network([network_item("X"), network_item("Y")], [], RefusalPolicy.STOP_DEPENDENTS)
LATE, STILL = AlertKind.AGENT_LATE, AlertKind.AGENT_STILL_LATE


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    """An hour in 2026; 6 March is a Friday and the week after it has no holiday."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


FRIDAY = at(6)


def view(item: ItemCode, status: AssignmentStatus) -> AssignmentView:
    return AssignmentView(UUID(int=ord(item)), item, DepartmentCode(f"D{item}"), 1, status)


def refused(since: datetime | None = FRIDAY, kind: MessageKind = MessageKind.DISPATCHED) -> ApplicationSnapshot:
    """The system of X's department did not take the dispatch."""
    message = MessageView(UUID(int=9), UUID(int=ord(X)), kind, DepartmentCode("DX"), X, rejected_at=since)
    views = {X: view(X, AssignmentStatus.OPENED)}
    return ApplicationSnapshot("N", ApplicationStatus.IN_APPROVAL, SHAPE, views, messages=(message,))


def asked() -> ApplicationSnapshot:
    """X alone carries the matter; the agent is to say whether Y goes on."""
    shape = replace(SHAPE, join=Join(JoinPolicy.ANY, on_refusal=OnRefusal.LET_FINISH, siblings=Siblings.ASK))
    views = {X: view(X, AssignmentStatus.GRANTED), Y: view(Y, AssignmentStatus.OPENED)}
    settled = {"verdict": Verdict.CARRIED, "verdict_at": at(6)}
    return ApplicationSnapshot("N", ApplicationStatus.IN_APPROVAL, shape, views, **settled)  # type: ignore[arg-type]


# One working day after Friday the 6th is Monday the 9th; the superior is told when one more has passed.
@pytest.mark.parametrize(
    ("day", "hour", "told"),
    [(6, 23, []), (8, 9, []), (9, 23, []), (10, 0, [LATE]), (10, 23, [LATE]), (11, 0, [LATE, STILL])],
)
@pytest.mark.parametrize("waiting", [refused(), asked()], ids=["to be filed", "asked"])
def test_a_late_agent_is_told_and_a_working_day_later_their_superior(
    waiting: ApplicationSnapshot, day: int, hour: int, told: list[AlertKind]
) -> None:
    assert [alert.kind for alert in late(waiting, at(day, hour))] == told


def test_what_is_told_names_the_item_and_since_when() -> None:
    assert late(refused(), at(10)) == (Alert(LATE, X, "DX", date(2026, 3, 6), 1),)
    assert late(asked(), at(10)) == (Alert(LATE, Y, "DY", date(2026, 3, 6), 1),)


@pytest.mark.parametrize("waiting", [refused(), asked()], ids=["to be filed", "asked"])
def test_the_wait_for_an_agent_says_until_when(waiting: ApplicationSnapshot) -> None:
    for day, left in ((6, 1), (9, 0), (11, -2)):
        [wait] = [wait for wait in outlook(waiting, at(day)).waits if wait.party is Party.AGENT]
        assert (wait.until, wait.left) == (date(2026, 3, 9), left)


@pytest.mark.parametrize(
    "waiting",
    [
        refused(since=None),
        refused(kind=MessageKind.REMINDED),
        replace(refused(), status=ApplicationStatus.REGISTERED),
        replace(refused(), withdrawal_requested_at=at(7)),
        replace(refused(), assignments={X: view(X, AssignmentStatus.WITHDRAWN)}),
        replace(asked(), siblings=SiblingsDecision.CANCEL),
        replace(asked(), verdict_at=None),
        replace(asked(), withdrawal_requested_at=at(7)),
    ],
    ids=[
        "under way",
        "a reminder",
        "not begun",
        "asked back",
        "ended",
        "answered",
        "unsettled",
        "asked and back",
    ],
)
def test_an_agent_who_is_not_waited_for_is_not_late(waiting: ApplicationSnapshot) -> None:
    assert late(waiting, at(31)) == ()


@pytest.mark.parametrize(
    ("changes", "waiting", "told"),
    [
        ({"agent_filing_days": 3}, refused(), []),
        ({"agent_answer_days": 3}, refused(), [LATE]),
        ({"agent_answer_days": 3}, asked(), []),
        ({"agent_filing_days": 3}, asked(), [LATE]),
        ({"agent_grace_days": 0}, refused(), [LATE, STILL]),
    ],
)
def test_the_limits_are_the_citys(changes: dict[str, int], waiting: ApplicationSnapshot, told: list[AlertKind]) -> None:
    city = replace(waiting, network=replace(waiting.network, policies=Policies(**changes)))
    assert [alert.kind for alert in late(city, at(10))] == told


def test_nobody_is_late_by_days_that_are_not_published_yet() -> None:
    since = datetime(2027, 3, 5, 9, tzinfo=SHANGHAI)
    assert late(refused(since), datetime(2027, 3, 12, 9, tzinfo=SHANGHAI)) == ()


@pytest.mark.parametrize(
    ("happened_on", "today", "policy", "days"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), 1, 0),
        (date(2026, 3, 6), date(2026, 3, 9), 1, 0),
        (date(2026, 3, 6), date(2026, 3, 10), 1, 1),
        (date(2026, 3, 6), date(2026, 3, 10), 2, 0),
        (date(2026, 12, 31), date(2027, 1, 20), 1, 0),
    ],
)
def test_a_report_of_what_has_happened_is_late_by_working_days(
    happened_on: date, today: date, policy: int, days: int
) -> None:
    policies = replace(SHAPE.policies, agent_feedback_days=policy)
    snapshot = replace(refused(), network=replace(SHAPE, policies=policies))
    assert days_late(snapshot, happened_on, today) == days


def test_a_late_report_is_taken_and_its_lateness_told() -> None:
    shape = network([network_item("X")], [("X", "#START", "S")], RefusalPolicy.STOP_DEPENDENTS)
    code = NodeCode("#START")
    opened = ApplicationSnapshot("N", ApplicationStatus.IN_APPROVAL, shape, milestones_opened=frozenset({code}))

    def kinds(happened_on: date | None) -> list[str]:
        entries = milestone_reported(opened, code, "刘晓", at(10), happened_on)
        return [entry.kind for entry in entries if isinstance(entry, Step)]

    assert kinds(None) == kinds(date(2026, 3, 10)) == kinds(date(2026, 3, 9)) == ["milestone.reached"]
    assert kinds(date(2026, 3, 6)) == ["milestone.reached", "milestone.reported_late"]
    with pytest.raises(InvalidIntakeError, match="晚于今日"):
        kinds(date(2026, 3, 11))
