"""Silence of departments over the real stack: what it accepts, and that it never approves (行政许可法 art. 32, 42, 50).

The clock is put forward by hand: every date is the document's own, however slow the machine is.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bench.office import Office, office
from kit import clock
from rules.workdays import OFFICIAL
from tests.journeys.case import Case, day, problem, today

pytestmark = [pytest.mark.stack, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

MISSING = {"missing": ["地块勘测定界图"], "reason": "不清晰"}


@dataclass(frozen=True, slots=True)
class February:
    """The course of February 2026: a Spring Festival between two working Saturdays."""

    desk: Office
    plant: Case
    #: What the line of an item showed on a day, by item and day.
    shown: dict[tuple[str, str], dict[str, Any]]
    late: dict[str, tuple[int, str]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def february() -> AsyncIterator[February]:
    """Received on Monday 9 February; the departments say nothing until the Festival is over."""
    async with office(clock_setting="2026-02-09T09:00+08:00@hand", watch_seconds=1) as desk:
        plant = await Case.launch(desk, "J1", enterprise_exists=True)
        await plant.grant("A01", "P02")
        await plant.received("A06", "P12")
        shown: dict[tuple[str, str], dict[str, Any]] = {}
        for moment in ("2026-02-12T23:00", "2026-02-13T00:01", "2026-02-14T23:00", "2026-02-15T00:01"):
            await desk.pass_to(f"{moment}+08:00")
            for item in ("A06", "P12"):
                shown[item, moment] = await plant.line(item)
        await desk.pass_to("2026-02-24T09:00+08:00")
        late = {
            "A06": problem(await plant.tell("A06", "correction_requested", **MISSING)),
            "P12": problem(await plant.tell("P12", "correction_requested", missing=["自行监测方案"], reason="缺")),
        }
        await desk.pass_to("2026-03-13T23:00+08:00")
        shown["A06", "2026-03-13"] = await plant.line("A06")
        await desk.pass_to("2026-03-14T00:01+08:00")
        shown["A06", "2026-03-14"] = await plant.until("A06", light="black")
        yield February(desk, plant, shown, late)


async def test_silence_accepts_when_the_make_up_saturday_is_over(february: February) -> None:
    assert february.shown["A06", "2026-02-14T23:00"]["status"] == "received"
    line = february.shown["A06", "2026-02-15T00:01"]

    assert (line["status"], line["deemed_accepted"]) == ("accepted", True)
    assert str(day(line["accepted_at"])) == "2026-02-09"
    assert line["legal_due"] == "2026-03-13"
    deemed = await february.plant.step("A06", "acceptance.deemed")
    assert str(day(deemed["at"])) == "2026-02-15"
    assert deemed["details"]["window_ended_on"] == "2026-02-14"


async def test_the_window_of_a_special_law_is_its_own(february: February) -> None:
    """排污许可管理条例 art. 9: three days, not five working days."""
    assert february.shown["P12", "2026-02-12T23:00"]["status"] == "received"
    line = february.shown["P12", "2026-02-13T00:01"]

    assert (line["status"], line["deemed_accepted"]) == ("accepted", True)
    assert str(day(line["accepted_at"])) == "2026-02-09"
    deemed = await february.plant.step("P12", "acceptance.deemed")
    assert deemed["details"]["window_ended_on"] == "2026-02-12"


async def test_a_notice_after_the_window_is_refused_on_record_and_stops_no_clock(february: February) -> None:
    assert set(february.late.values()) == {(409, "refused-on-record")}
    attempt = await february.plant.step("A06", "violation.attempted")

    assert str(day(attempt["at"])) == "2026-02-24"
    assert february.shown["A06", "2026-03-13"]["legal_due"] == "2026-03-13"
    assert await february.plant.notices("correction") == []


async def test_the_legal_limit_passes_and_nothing_is_approved(february: February) -> None:
    assert february.shown["A06", "2026-03-13"]["light"] == "red"
    line = february.shown["A06", "2026-03-14"]

    assert (line["status"], line["light"]) == ("accepted", "black")
    kinds = await february.plant.kinds("A06")
    assert not [kind for kind in kinds if kind.startswith("decision.")]
    escalated = await february.plant.step("A06", "escalated.supervision")
    assert str(day(escalated["at"])) == "2026-03-14"
    # 优化营商环境条例 art. 36: the applicant is told why it is late; nothing says that it is granted.
    assert await february.plant.notice("overdue", "A06")


async def test_a_second_notice_with_something_new_is_refused_and_kept(february: February) -> None:
    case = await Case.launch(february.desk, "J1", enterprise_exists=True)
    await case.received("A06")
    await case.told("A06", "correction_requested", **MISSING)
    second = await case.tell("A06", "correction_requested", missing=["地块勘测定界图", "红线图"], reason="又缺")

    assert problem(second) == (409, "refused-on-record")
    assert (await case.line("A06"))["status"] == "correction_required"
    attempt = await case.step("A06", "violation.attempted")
    assert "红线图" in str(attempt["details"]) + str(attempt["reason"])
    # The applicant is told once, when the day has passed for which corrections of several departments are gathered.
    await february.desk.pass_to(clock.now() + timedelta(hours=25))
    notice = await case.notice("correction")
    assert notice["body"]["materials"] == ["地块勘测定界图"]


async def test_a_permit_that_expires_undecided_is_renewed_and_one_asked_for_late_is_not(february: February) -> None:
    desk, expires = february.desk, today() + timedelta(days=31)
    late = today() + timedelta(days=29)
    cases = {}
    for last in (expires, late):
        renewal = {"item": "E10", "document_number": "JY2211282", "expires_on": last.isoformat()}
        shop = {"area": 90, "sign": False, "oil_fume": False, "discharge": False}
        cases[last] = await Case.launch(desk, "J3", form={"renewals": [renewal]}, **shop)
        await cases[last].grant("E01")
        await cases[last].received("E10")
        await cases[last].told("E10", "accepted", handler="王芳")
    assert [(await cases[last].line("E10"))["renews"]["in_time"] for last in (expires, late)] == [True, False]
    await desk.pass_to(f"{expires + timedelta(days=1)}T00:01:00+08:00")
    line = await cases[expires].until("E10", status="deemed_approved")

    assert line["decision"]["document_number"] == "JY2211282"
    assert day(line["decision"]["decided_at"]) == expires + timedelta(days=1)
    deemed = await cases[expires].step("E10", "renewal.deemed")
    assert "第五十条" in deemed["details"]["basis"]
    assert "有效期" in deemed["reason"]
    assert (await cases[expires].notice("deemed", "E10"))["body"]["renews"] == "JY2211282"
    # 行政许可法 art. 50: thirty days before; of one asked for later silence is an offence, as of any other.
    assert (await cases[late].line("E10"))["status"] == "accepted"


async def test_silence_accepts_although_what_the_decision_awaits_is_missing(february: February) -> None:
    case = await Case.launch(february.desk, "J2")
    await case.grant("A01", "A07")
    await case.received("A09", "B02")
    received_on = day((await case.line("B02"))["received_at"])
    last = OFFICIAL.add_working_days(received_on, 5).on
    await february.desk.pass_to(f"{last + timedelta(days=1)}T00:01:00+08:00")
    line = await case.until("B02", deemed_accepted=True)

    assert (line["status"], line["awaits"]) == ("accepted", ["A09"])
    assert day(line["accepted_at"]) == received_on
    early = await case.tell("B02", "decided", decision="granted", document_number="1号")
    assert early.status_code == 409
    # The right end is a reasoned refusal, or the decision once what it awaits is there.
    refused = await case.refuse("B02", "用地规划许可尚未取得，规划许可无从审查", "城乡规划法第四十条")
    assert refused["status"] == "refused"
    assert (await case.step("B02", "denial.filed"))["reason"] == "用地规划许可尚未取得，规划许可无从审查"
    assert today() > last
