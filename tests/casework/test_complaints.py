"""Complaints and ratings: a ticket is not the matter it is about, and neither closes the other (edge case 14)."""

from dataclasses import replace
from typing import Any

import pytest

from casework import closing, complaints, queries, ratings
from casework.casefile import Actor
from casework.complaints import Grievance
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintStatus, ComplaintSubject
from rules.errors import CallBackMissingError, NotAllowedNowError, NotFoundError
from rules.ratings import Grade
from rules.vocabulary import ApplicationStatus
from tests.casework.test_closing import APPLICANT, granted

MANAGER, OTHER = Actor("zhao", "10.0.0.3"), Actor("zhang", "10.0.0.4")
SAID = Grievance(ComplaintSubject.FORCED_COMPLETION, ComplaintChannel.HOTLINE, "刘晓", "没办完就说办结了")


async def line(desk: Any, ticket: int) -> queries.ComplaintLine:
    return await queries.complaint(desk.session, ticket, now=desk.now)


async def finish(desk: Any, ticket: int) -> None:
    given = {"actor": MANAGER, "now": desk.now}
    await complaints.assign(desk.session, ticket, "zhang", **given)
    await complaints.answer(desk.session, ticket, "已核实", steps=(1,), **given)
    await complaints.call_back(desk.session, ticket, "已了解", satisfied=True, actor=OTHER, now=desk.now)
    await complaints.close(desk.session, ticket, **given)


async def test_a_ticket_shows_what_is_still_open_of_its_matter(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    said = replace(SAID, number=number, item="E01")
    ticket = await complaints.receive(desk.session, said, actor=MANAGER, now=desk.now)

    shown = await line(desk, ticket)
    assert [(each.item, each.department_name) for each in shown.open_matters] == [("E01", "市场监督管理局")]
    (listed,) = await queries.complaints(desk.session, number=number, limit=2, now=desk.now)
    assert (listed.open_items, listed.open_matters, listed.steps) == (1, (), ())  # a list counts
    await finish(desk, ticket)
    shown = await line(desk, ticket)
    assert (shown.status, len(shown.open_matters)) == (ComplaintStatus.CLOSED, 1)  # the matter is not closed by it
    assert [step["kind"] for step in shown.steps] == [
        f"complaint.{kind}" for kind in ("received", "assigned", "answered", "called_back", "closed")
    ]
    assert [kind for kind in await desk.steps(number) if kind.startswith("complaint.")] == [
        step["kind"] for step in shown.steps
    ]


async def test_an_application_is_not_closed_while_a_complaint_is_open_and_closes_with_its_end(desk: Any) -> None:
    number = await granted(desk)
    ticket = await complaints.receive(desk.session, replace(SAID, number=number), actor=MANAGER, now=desk.now)
    await closing.confirm(desk.session, number, actor=APPLICANT, now=desk.now)

    report = await desk.report(number)
    assert report.status is ApplicationStatus.DELIVERED
    assert [each.ground for each in report.closing.obstacles] == ["complaint"]
    assert (await desk.steps(number))[-1] == "closure.rejected"
    with pytest.raises(CallBackMissingError):
        await complaints.close(desk.session, ticket, actor=MANAGER, now=desk.now)
    await finish(desk, ticket)
    assert (await desk.report(number)).status is ApplicationStatus.CLOSED


async def test_who_is_not_satisfied_is_heard_again(desk: Any) -> None:
    ticket = await complaints.receive(desk.session, SAID, actor=MANAGER, now=desk.now)
    await complaints.assign(desk.session, ticket, "zhang", actor=MANAGER, now=desk.now)
    await complaints.answer(desk.session, ticket, "已核实", actor=MANAGER, now=desk.now)
    desk.wait(days=1)
    await complaints.call_back(desk.session, ticket, "没有解决", satisfied=False, actor=OTHER, now=desk.now)
    shown = await line(desk, ticket)
    assert (shown.status, shown.due.isoformat()) == (ComplaintStatus.REOPENED, "2026-03-20")
    await finish_again(desk, ticket)
    await complaints.reopen(desk.session, ticket, "又来电", actor=OTHER, now=desk.now)
    assert (await line(desk, ticket)).closed_at is None
    assert [each.id for each in await queries.complaints(desk.session, limit=9, now=desk.now)] == [ticket]


async def finish_again(desk: Any, ticket: int) -> None:
    given = {"actor": MANAGER, "now": desk.now}
    await complaints.assign(desk.session, ticket, "zhang", **given)
    await complaints.answer(desk.session, ticket, "已解决", **given)
    await complaints.call_back(desk.session, ticket, "满意", satisfied=True, actor=OTHER, now=desk.now)
    await complaints.close(desk.session, ticket, **given)


async def test_what_a_ticket_speaks_of_exists(desk: Any) -> None:
    number = await desk.launch("J5")
    for wrong in (replace(SAID, number="DB-0"), replace(SAID, number=number, item="Z99")):
        with pytest.raises(NotFoundError):
            await complaints.receive(desk.session, wrong, actor=MANAGER, now=desk.now)
    ticket = await complaints.receive(desk.session, replace(SAID, number=number), actor=MANAGER, now=desk.now)
    with pytest.raises(NotFoundError):
        await complaints.assign(desk.session, ticket, "nobody", actor=MANAGER, now=desk.now)
    await complaints.assign(desk.session, ticket, "zhang", actor=MANAGER, now=desk.now)
    with pytest.raises(NotFoundError):
        await complaints.answer(desk.session, ticket, "见步骤", steps=(999,), actor=MANAGER, now=desk.now)
    with pytest.raises(NotFoundError):
        await complaints.close(desk.session, 999, actor=MANAGER, now=desk.now)


async def test_a_rating_is_given_once_after_the_end_and_a_bad_one_is_followed_up(desk: Any) -> None:
    number = await desk.launch("J5")
    with pytest.raises(NotAllowedNowError):
        await ratings.rate(desk.session, number, Grade.GOOD, actor=APPLICANT, now=desk.now)
    await desk.deliver(number)
    await desk.refuse(number, "E01")
    await desk.deliver(number)
    await ratings.rate(desk.session, number, Grade.VERY_GOOD, item="E01", actor=APPLICANT, now=desk.now)
    await ratings.rate(desk.session, number, Grade.BAD, words="来回跑", actor=APPLICANT, now=desk.now)
    with pytest.raises(NotAllowedNowError):
        await ratings.rate(desk.session, number, Grade.GOOD, actor=APPLICANT, now=desk.now)

    [ticket] = await queries.complaints(desk.session, number=number, limit=9, now=desk.now)
    assert (ticket.kind, ticket.words, ticket.due.isoformat()) == (ComplaintKind.RECTIFICATION, "来回跑", "2026-03-23")
    await ratings.set_aside(desk.session, number, None, "恶意差评", actor=MANAGER, now=desk.now)
    with pytest.raises(NotFoundError):
        await ratings.set_aside(desk.session, number, None, "恶意差评", actor=MANAGER, now=desk.now)
    assert [kind for kind in await desk.steps(number) if kind.startswith("rating")] == [
        "rating.given",
        "rating.given",
        "rating.set_aside",
    ]
