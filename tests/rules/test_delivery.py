"""Every result reaches the applicant in the time of its own decision, and with evidence (行政许可法 art. 44)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.acts import handing
from rules.catalog import ItemCode, RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind
from rules.delivery.duty import decided_on, due
from rules.delivery.moves import EscalateDelivery, PrepareDelivery, SendResults
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryWish
from rules.effects import entered
from rules.entries import Decided, NoticeQueued
from rules.errors import InvalidDeliveryError, NotAllowedNowError, NotFoundError
from rules.identifiers import assignment_id
from rules.moves import entries
from rules.planner import plan
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, DecisionKind, NoticeKind, Party
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import end_of_day
from tests.rules.afterwards import delivery, granted, item, made, refused, settled, steps, told
from tests.rules.assignments import MONDAY, NUMBER
from tests.rules.networks import network, network_item

LAST_DAY = date(2026, 3, 16)  # ten working days after Monday 2026-03-02
TODAY = MONDAY.date()
WINDOW, POST, AGENT, ONLINE = (
    DeliveryChannel.WINDOW,
    DeliveryChannel.POST,
    DeliveryChannel.AGENT,
    DeliveryChannel.ONLINE,
)
P = item().code


def by(channel: DeliveryChannel, **terms: Any) -> ApplicationSnapshot:
    return granted(wish=DeliveryWish(channel, address="开原市新城街1号"), **terms)


def two(wish: DeliveryWish | None = None, first: S = S.GRANTED) -> ApplicationSnapshot:
    """A has been decided on Monday, B is still at its department."""
    items = [replace(network_item(code), result="许可证") for code in "AB"]
    views = [AssignmentView(assignment_id(NUMBER, i.code, 1), i.code, i.department, 1, S.UNDER_REVIEW) for i in items]
    shape = network(items, [], RefusalPolicy.STOP_DEPENDENTS)
    snapshot = ApplicationSnapshot(NUMBER, ApplicationStatus.IN_APPROVAL, shape, {v.item: v for v in views})
    snapshot = replace(snapshot, wish=wish or DeliveryWish())
    snapshot = entered(snapshot, Decided(views[0].item, DecisionKind.GRANT, MONDAY, "甲1号"))
    decided = {**snapshot.assignments, views[0].item: replace(snapshot.assignments[views[0].item], status=first)}
    return settled(replace(snapshot, assignments=decided), MONDAY)


def test_the_time_to_deliver_counts_from_the_day_of_each_decision() -> None:
    assert (due(granted(), delivery(granted())).on, due(granted(), delivery(granted())).provisional) == (
        LAST_DAY,
        False,
    )
    shorter = granted(delivery_days=3)
    assert due(shorter, delivery(shorter)).on == date(2026, 3, 5)
    snapshot = two()
    assert [d.item for d in snapshot.deliveries] == ["A"]
    assert due(snapshot, delivery(snapshot)).on == LAST_DAY


def test_the_day_of_a_decision_is_its_own_not_that_on_which_it_was_heard_of() -> None:
    snapshot = two()
    view = snapshot.assignments[ItemCode("A")]
    assert (view.clock, decided_on(snapshot, view, MONDAY + timedelta(days=3))) == ((), TODAY)

    silent = replace(view, id=assignment_id(NUMBER, view.item, 2), clock=(ClockEvent(ClockEventKind.STOPPED, MONDAY),))
    assert decided_on(snapshot, silent, MONDAY + timedelta(days=3)) == TODAY


def test_an_electronic_result_is_delivered_with_the_notice_of_the_outcome() -> None:
    snapshot = granted()
    assert (delivery(snapshot).channel, delivery(snapshot).status) == (ONLINE, DeliveryStatus.SENT)
    assert snapshot.status is ApplicationStatus.CONCLUDED

    after = told(snapshot, MONDAY)
    assert delivery(after).status is DeliveryStatus.DELIVERED
    assert set(delivery(after).evidence) == {"notice", "published_at"}
    assert (after.status, plan(after, MONDAY).outcome) == (ApplicationStatus.DELIVERED, after.outcome)


def test_a_refusal_is_delivered_by_the_notice_that_tells_it() -> None:
    snapshot = refused()
    [notice] = [notice for notice in snapshot.notices if notice.kind is NoticeKind.REFUSAL]
    assert delivery(snapshot).carrier == notice.id


@pytest.mark.parametrize(
    ("status", "delivered"),
    [
        (S.GRANTED, True),
        (S.PARTLY_GRANTED, True),
        (S.DEEMED_APPROVED, True),
        (S.REFUSED, True),
        (S.NOT_ACCEPTED, True),
        (S.NOT_REQUIRED, True),
        (S.RETURNED, True),
        (S.BLOCKED, False),
        (S.CANCELLED, False),
        (S.WITHDRAWN, False),
    ],
)
def test_every_decision_is_delivered_and_what_ended_without_one_is_not(status: S, delivered: bool) -> None:
    assert bool(two(first=status).deliveries) is delivered


def test_a_result_taken_over_was_delivered_before_and_an_approval_without_paper_leaves_nothing_to_deliver() -> None:
    snapshot = two()
    a = snapshot.assignments[delivery(snapshot).item]
    anew = replace(snapshot, deliveries=())
    assert made(anew, MONDAY) == (PrepareDelivery(a.item),)
    assert made(replace(anew, assignments={**anew.assignments, a.item: replace(a, reused=True)}), MONDAY) == ()
    items = tuple(replace(i, result="") for i in anew.network.items)
    assert made(replace(anew, network=replace(anew.network, items=items)), MONDAY) == ()


def test_results_of_a_day_are_told_in_one_notice_while_others_are_decided() -> None:
    snapshot, midnight = two(), end_of_day(TODAY)
    assert delivery(snapshot).status is DeliveryStatus.PREPARED
    assert plan(snapshot, MONDAY).next_timer == midnight
    assert made(snapshot, midnight - timedelta(seconds=1)) == ()
    assert made(snapshot, midnight) == (SendResults((delivery(snapshot).id,)),)
    after = told(snapshot, midnight)
    assert (delivery(after).status, after.status) == (DeliveryStatus.DELIVERED, ApplicationStatus.IN_APPROVAL)


def test_together_waits_for_the_others_but_never_beyond_the_morning_of_the_last_day() -> None:
    snapshot, morning = (
        two(DeliveryWish(together=True)),
        end_of_day(date(2026, 3, 13)),
    )  # Friday: Monday is the last day
    assert made(snapshot, morning - timedelta(seconds=1)) == ()
    assert plan(snapshot, MONDAY).next_timer == morning
    assert made(snapshot, morning) == (SendResults((delivery(snapshot).id,)),)
    assert delivery(told(snapshot, morning)).status is DeliveryStatus.DELIVERED


def test_a_refusal_does_not_wait_for_the_others() -> None:
    snapshot = two(DeliveryWish(together=True), first=S.REFUSED)
    assert len(made(snapshot, end_of_day(TODAY))) == 1


def test_paper_does_not_travel_online() -> None:
    assert delivery(granted(electronic=False)).channel is WINDOW
    assert delivery(by(POST, electronic=False)).channel is POST
    assert delivery(refused()).channel is ONLINE


def test_the_application_is_not_delivered_while_one_result_is_on_its_way() -> None:
    snapshot = told(by(WINDOW), MONDAY)
    assert (snapshot.status, plan(snapshot, MONDAY).outcome) == (ApplicationStatus.CONCLUDED, None)
    [wait] = plan(snapshot, MONDAY).waits
    assert (wait.party, wait.what, wait.until, wait.left) == (Party.CENTER, f"delivery/{P}", LAST_DAY, 10)

    after = settled(entered(snapshot, *handing.delivered(snapshot, P, {"signer": "刘晓"}, MONDAY)), MONDAY)
    assert after.status is ApplicationStatus.DELIVERED


def test_a_late_delivery_is_brought_before_supervision_once() -> None:
    snapshot, late = told(by(WINDOW), MONDAY), end_of_day(LAST_DAY)
    assert plan(snapshot, MONDAY).next_timer == late
    assert made(snapshot, late - timedelta(seconds=1)) == ()
    assert made(snapshot, late) == (EscalateDelivery(delivery(snapshot).id, P, LAST_DAY),)
    after = settled(snapshot, late)
    assert delivery(after).escalated
    assert (made(after, late), plan(after, late).next_timer) == ((), None)


def test_nobody_is_late_on_days_that_are_not_published() -> None:
    snapshot = told(granted(datetime(2026, 12, 28, 1, tzinfo=UTC), DeliveryWish(WINDOW)), MONDAY)
    assert made(snapshot, datetime(2027, 6, 1, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("channel", "evidence", "lacking"),
    [
        (WINDOW, {}, ["signer"]),
        (POST, {"tracking_number": "EMS1"}, ["delivered_on"]),
        (POST, {"delivered_on": "2026-03-02"}, ["tracking_number"]),
        (AGENT, {"signer": "刘晓"}, ["sheet"]),
        (AGENT, {"sheet": "移交〔2026〕1号"}, ["signer"]),
    ],
)
def test_nothing_counts_as_delivered_without_its_evidence(
    channel: DeliveryChannel, evidence: dict[str, str], lacking: list[str]
) -> None:
    with pytest.raises(InvalidDeliveryError) as refusal:
        handing.delivered(by(channel), P, evidence, MONDAY)

    assert refusal.value.details["missing"] == lacking


@pytest.mark.parametrize("on", ["2026-03-01", "2026-03-03"])
def test_nothing_is_delivered_before_it_is_decided_or_tomorrow(on: str) -> None:
    with pytest.raises(InvalidDeliveryError):
        handing.delivered(by(POST), P, {"tracking_number": "EMS1", "delivered_on": on}, MONDAY)


def test_a_letter_is_sent_with_its_number_and_arrives_on_the_carriers_day() -> None:
    snapshot = by(POST)
    with pytest.raises(InvalidDeliveryError):
        handing.sent(snapshot, P, {})
    sent = entered(snapshot, *handing.sent(snapshot, P, {"tracking_number": "EMS1"}))
    assert delivery(sent).status is DeliveryStatus.SENT
    later = end_of_day(date(2026, 3, 20))
    made_of = handing.delivered(sent, P, {"delivered_on": "2026-03-17"}, later)
    after = entered(sent, *made_of)
    assert delivery(after).evidence == {"tracking_number": "EMS1", "delivered_on": "2026-03-17"}
    assert made_of[-1].details["overdue_since"] == "2026-03-16"  # type: ignore[union-attr]


def test_a_letter_that_came_back_is_still_to_be_delivered_by_another_way_and_in_the_same_time() -> None:
    snapshot = entered(by(POST), *handing.sent(by(POST), P, {"tracking_number": "EMS1"}))
    made_of = handing.failed(snapshot, P, "拒收", MONDAY)
    back = entered(snapshot, *made_of)
    assert (delivery(back).status, steps(made_of)) == (DeliveryStatus.FAILED, ["delivery.failed"])
    assert made(told(back, MONDAY), end_of_day(LAST_DAY))  # its time goes on
    with pytest.raises(InvalidDeliveryError):
        handing.again(back, P, POST, None, MONDAY)
    with pytest.raises(InvalidDeliveryError):
        handing.again(entered(by(WINDOW), *handing.failed(by(WINDOW), P, "未来领取", MONDAY)), P, POST, None, MONDAY)

    anew = entered(back, *handing.again(back, P, WINDOW, None, MONDAY))
    assert (delivery(anew).attempt, delivery(anew).status, delivery(anew).evidence) == (2, DeliveryStatus.PREPARED, {})
    assert due(anew, delivery(anew)).on == LAST_DAY
    moved = entered(back, *handing.again(back, P, POST, "开原市孙台街2号", MONDAY))
    assert delivery(moved).channel is POST


def test_what_people_do_fits_where_the_delivery_stands() -> None:
    done = entered(by(WINDOW), *handing.delivered(by(WINDOW), P, {"signer": "刘晓"}, MONDAY))
    for act in (
        lambda: handing.delivered(done, P, {"signer": "刘晓"}, MONDAY),
        lambda: handing.failed(done, P, "拒收", MONDAY),
        lambda: handing.sent(done, P, {}),
        lambda: handing.again(done, P, POST, "某街", MONDAY),
    ):
        with pytest.raises(NotAllowedNowError):
            act()
    for online in (
        lambda: handing.delivered(granted(), P, {"notice": "n"}, MONDAY),
        lambda: handing.failed(granted(), P, "打不开", MONDAY),
        lambda: handing.sent(by(WINDOW), P, {}),
    ):
        with pytest.raises(InvalidDeliveryError):
            online()
    with pytest.raises(NotFoundError):
        handing.delivered(replace(granted(), deliveries=()), P, {}, MONDAY)


def test_what_is_told_at_the_end_of_a_day_names_each_result() -> None:
    snapshot = two()
    telling = entries(snapshot, SendResults((delivery(snapshot).id,)), MONDAY)
    [queued] = [entry for entry in telling if isinstance(entry, NoticeQueued)]
    assert queued.kind is NoticeKind.DELIVERY
    assert [(r["item"], r["document_number"]) for r in queued.body["results"]] == [("A", "甲1号")]
