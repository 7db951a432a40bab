"""What a manager does from the command line: look at refusal filings, bar an applicant."""

from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import board_counting
from deployments.cli.joining import in_office
from kit import clock

CREDIT_CODE = "91211282MA0KYF01X8"
GIVEN = ("--decided-on", "2026-03-02", "--document", "〔2026〕罚1号", "--reason", "提供虚假材料")


def test_an_office_without_refusals_has_no_filings(office: Any, launched: str) -> None:
    assert office("filings", "--json").document == {"filings": []}
    assert "没有否定备案" in office("filings").out


def test_a_mistyped_filing_is_told(office: Any) -> None:
    assert office("filings", "--before", "FD-1").code == 2


def test_a_bar_is_recorded_and_stops_the_next_application(office: Any, launched: str, intake: Any) -> None:
    code = office("status", launched, "--json").document["credit_code"]
    ran = office("ban", code, "E01", "--because", "deception", *GIVEN, "--json")
    assert ran.document == {"item": "E01", "misconduct": "deception", "until": "2029-03-02"}

    refused = office("launch", intake)
    assert refused.code == 2
    assert "2029-03-02" in refused.err
    assert "第七十九条" in office("ban", code, "E02", "--because", "deception", *GIVEN).out


def test_an_unknown_misconduct_is_refused_with_what_there_is(office: Any, launched: str) -> None:
    ran = office("ban", CREDIT_CODE, "E01", "--because", "bad_mood", *GIVEN)

    assert ran.code == 2
    assert "false_papers" in ran.err


def silent_until(rung: str) -> None:
    """Let a department have been silent until supervision has come to a rung."""

    async def climb(session: AsyncSession) -> None:
        reached = (
            "UPDATE assignments SET escalated = true, rung = :rung, supervised_on = '2026-03-02' WHERE item = 'E01'"
        )
        await session.execute(text(reached), {"rung": rung})

    in_office(Path(), climb)


def test_what_is_overdue_is_listed_with_its_order_and_can_be_referred_when_orders_were_in_vain(
    office: Any, launched: str
) -> None:
    assert office("supervised", "--json").document == {"supervised": []}
    assert "督办" in office("supervised").out
    said = ("--to", "开原市纪委监委", "--document", "开营商移〔2026〕1号", "--reason", "多次督办无果")
    assignment = office("status", launched, "--json").document["lines"][0]["assignment"]
    early = office("refer", assignment, *said)
    assert early.code == 2
    assert office("refer", "5f3c1a52-43c8-4b42-9d5e-0a60f4b7c001", *said).code == 2

    silent_until("order")
    [order] = office("supervised", "--json").document["supervised"]
    assert (order["number"], order["item"], order["rung"]) == (launched, "E01", "order")
    shown = office("supervised").out
    assert launched in shown
    assert assignment in shown
    assert office("refer", assignment, *said).code == 2
    silent_until("referral")
    assert launched in office("refer", assignment, *said).out
    assert "refer" in str(office("steps", launched, "--json").out)


def test_the_daily_report_is_printed_of_the_day_that_is_named(office: Any, launched: str) -> None:
    assert "没有统计" in office("daily", "--day", "2020-01-01").out

    async def count(session: AsyncSession) -> int:
        return await board_counting.count(session, now=clock.now(), limit=100)

    in_office(Path(), count)
    assert office("daily", "--json").document["total"]["figures"]["registered"] == 1
    printed = office("daily").out
    assert "新登记代办件 1" in printed
    assert "市场监督管理局" in printed
    assert office("daily", "--day", "yesterday").code == 2
