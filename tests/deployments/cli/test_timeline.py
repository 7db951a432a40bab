"""The timeline: a bar for each item over the days of the office, drawn from the report alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from rich.cells import cell_len

from casework.queries import ApplicationReport, ClosingLine, JoinStanding, Line, MilestoneLine, Step
from deployments.cli.timeline import LEGEND, stops_of, timeline
from rules.catalog import LimitUnit, Stage
from rules.clocks import Light
from rules.ledgers import Balance, Ledger
from rules.terms import JoinPolicy, OnRefusal, Siblings
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome
from rules.workdays import SHANGHAI

S = AssignmentStatus
NAMESPACE = UUID("00000000-0000-0000-0000-00000000d1ba")


def day(month: int, of_month: int, hour: int = 10) -> datetime:
    return datetime(2026, month, of_month, hour, tzinfo=SHANGHAI)


def assignment(item: str) -> UUID:
    return uuid5(NAMESPACE, item)


def line(
    item: str,
    name: str,
    status: S | None = None,
    *,
    opened: datetime | None = None,
    accepted: datetime | None = None,
    ended: datetime | None = None,
    due: date | None = None,
    light: Light | None = Light.GREEN,
    provisional: bool = False,
) -> Line:
    return Line(
        item=item,
        name=name,
        name_en=item,
        department="HCB",
        department_name="住房和城乡建设局",
        stage="construction",
        required=True,
        assignment=assignment(item) if status else None,
        status=status,
        light=light if status else None,
        used=0,
        stopped=0,
        remaining=0,
        promised_days=5,
        promised_unit=LimitUnit.WORKING_DAY,
        legal_days=20,
        legal_unit=LimitUnit.WORKING_DAY,
        promised_due=due,
        legal_due=None,
        provisional=provisional,
        spent=Ledger(0, 0, 0),
        opened_at=opened,
        received_at=opened,
        accepted_at=accepted,
        ended_at=ended,
        handler=None,
        receipt_number=None,
        decision=None,
        awaits=(),
        undelivered=None,
        round=1,
        deemed_accepted=False,
        asked=(),
        relied_on={},
        reused_from=None,
        national_status=None,
        renews=None,
        use_by=None,
        procedures={},
        sayable=(),
    )


def report(*lines: Line, complete: bool = False, milestones: tuple[MilestoneLine, ...] = ()) -> ApplicationReport:
    return ApplicationReport(
        number="DB-211282-20260302-00001-B",
        project="厂房",
        project_code=None,
        applicant="企业",
        credit_code="91211282MA00J8NW0N",
        journey="J1",
        journey_name="厂房",
        catalog_version=1,
        status=ApplicationStatus.DELIVERED if complete else ApplicationStatus.IN_APPROVAL,
        outcome=Outcome.GRANTED if complete else None,
        complete=complete,
        agent="dai01",
        agent_name="王代办",
        registered_at=day(3, 2),
        concluded_at=None,
        delivered_at=None,
        withdrawal_requested_at=None,
        working_days=10,
        spent=Balance(department=6, center=4, applicant=0, stopped=0),
        joint=(),
        waiting="",
        waits=(),
        stages=(Stage("construction", "施工许可", "Construction", None),),
        lines=lines,
        milestones=milestones,
        notices=(),
        steps=0,
        next_timer=None,
        flow_run_id=None,
        join=JoinStanding(
            policy=JoinPolicy.ALL,
            needed=0,
            deciding=(),
            on_refusal=OnRefusal.LET_FINISH,
            siblings=Siblings.MOOT,
            words="",
            for_=(),
            against=(),
            open=(),
            verdict=None,
            asked=(),
            decision=None,
        ),
        opinions=(),
        sessions=(),
        reapplies=None,
        green=None,
        promised_days=0,
        legal_days=0,
        closing=ClosingLine(
            confirmed_at=None,
            objection_until=None,
            closed_at=None,
            obstacles=(),
            together=False,
            deliveries=(),
            objections=(),
        ),
    )


def drawn(shown: ApplicationReport, steps: list[Step], today: date, width: int) -> list[str]:
    return [row.plain.rstrip() for row in timeline(shown, stops_of(steps), today, width)]


def step(serial: int, kind: str, item: str, at: datetime, **details: Any) -> Step:
    return Step(
        serial=serial,
        at=at,
        kind=kind,
        actor="department/HCB",
        department="HCB",
        assignment=assignment(item),
        item=item,
        before=None,
        after=None,
        reason=None,
        source=None,
        details=details,
        previous_hash="",
        hash="",
    )


BUSY = report(
    line("C04", "施工许可", S.GRANTED, opened=day(3, 4), accepted=day(3, 6), ended=day(3, 13)),
    line("C01", "图审", S.REFUSED, opened=day(3, 2), accepted=day(3, 3), ended=day(3, 9)),
    line("C02", "消防设计审查", S.SPECIAL_PROCEDURE, opened=day(3, 3), accepted=day(3, 4), due=date(2026, 3, 20)),
    line("D01", "规划核实", S.BLOCKED, opened=day(3, 9), ended=day(3, 9)),
    line("D05", "竣工备案"),
    line("A06", "规划条件", S.UNDER_REVIEW, opened=day(3, 9), accepted=day(3, 10), due=date(2026, 3, 18)),
    line("P09", "人防", S.CANCELLED, opened=day(3, 2), ended=day(3, 9)),
    milestones=(
        MilestoneLine("#START", "开工", day(3, 10), day(3, 13), "dai01"),
        MilestoneLine("#DONE", "竣工", day(3, 13), None, None),
        MilestoneLine("#OPER", "投产", None, None, None),
    ),
)
STEPS = [
    step(1, "assignment.opened", "C04", day(3, 4)),
    step(2, "correction.noticed", "C04", day(3, 9), occurred_at=day(3, 8).isoformat()),
    step(3, "correction.supplied", "C04", day(3, 10)),
    step(4, "special_procedure.opened", "C02", day(3, 9)),
]


def test_a_busy_application_is_drawn_like_this() -> None:
    assert drawn(BUSY, STEPS, date(2026, 3, 16), 46) == [
        "                         03-02  03-09  03-16",
        "                         ┬──────┬──────┬────",
        "图审                     ░███████✘",
        "人防                     ░░░░░░░░■",
        "消防设计审查              ░█████▒▒▒▒▒▒▒▒····",
        "施工许可                   ░░██▒▒▒███✔",
        "规划核实                        ⊘ 前置未通过",
        "规划条件                        ░███████··",
        "竣工备案",
        "◆ 开工                           ◇──◆",
        "◆ 竣工                              ◇",
        "◆ 投产",
    ]


def test_days_that_rest_on_an_unpublished_calendar_look_different() -> None:
    at_work = line("C04", "施工许可", S.UNDER_REVIEW, opened=day(3, 2), accepted=day(3, 2), due=date(2026, 3, 6))
    perhaps = replace(at_work, provisional=True)

    assert [drawn(report(each), [], date(2026, 3, 4), 46)[2][-2:] for each in (at_work, perhaps)] == ["··", "??"]


def test_today_is_marked_on_the_axis_only_while_it_lies_on_it() -> None:
    ticks = timeline(BUSY, {}, date(2026, 3, 16), 46)[1]
    assert [str(span.style) for span in ticks.spans] == ["reverse"]
    over = report(line("E01", "登记", S.GRANTED, opened=day(3, 2), ended=day(3, 3)), complete=True)
    assert not timeline(over, {}, date(2026, 5, 1), 46)[1].spans


def test_a_bar_has_the_colour_of_its_light_and_a_refusal_is_red() -> None:
    late = replace(BUSY.lines[5], light=Light.RED)
    rows = {
        row.plain[:4]: row for row in timeline(replace(BUSY, lines=(late, *BUSY.lines[:2])), {}, date(2026, 3, 16), 80)
    }

    assert "red" in {str(span.style) for span in rows["规划条件"].spans}
    assert "red" in {str(span.style) for span in rows["图审  "].spans}
    assert {str(span.style) for span in rows["施工许可"].spans} == {"green"}


def test_years_are_squeezed_into_the_width() -> None:
    years = report(
        line("A06", "规划条件", S.GRANTED, opened=day(3, 2), accepted=day(3, 3), ended=day(3, 9)),
        line("D07", "房屋所有权首次登记", S.UNDER_REVIEW, opened=day(3, 2) + timedelta(days=700), accepted=None),
    )

    rows = drawn(years, [], date(2028, 3, 1), 60)

    assert max(cell_len(row) for row in rows) <= 60
    assert rows[2].endswith("✔")


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(cell_len(row) for row in drawn(BUSY, STEPS, date(2026, 3, 16), width)) <= width


def test_a_long_name_is_cut_at_a_whole_character() -> None:
    rows = drawn(report(line("A07", "国有建设用地使用权出让成交与合同签订")), [], date(2026, 3, 2), 60)

    assert rows[2].startswith("国有建设用地使用权出让… "[:12])
    assert "…" in rows[2]


def test_a_clock_that_stands_still_goes_on_with_the_decision_at_the_latest() -> None:
    stops = stops_of(
        [
            step(1, "special_procedure.opened", "C02", day(3, 9)),
            step(2, "decision.refused", "C02", day(3, 12)),
            step(3, "correction.noticed", "C04", day(3, 9)),
        ]
    )

    assert stops == {
        assignment("C02"): [(date(2026, 3, 9), date(2026, 3, 12))],
        assignment("C04"): [(date(2026, 3, 9), None)],
    }


def test_the_legend_names_every_mark_and_fits_a_narrow_terminal() -> None:
    marks = {mark for row in drawn(BUSY, STEPS, date(2026, 3, 16), 46)[2:9] for mark in row if mark in "░█▒·✔✘⊘■"}

    assert marks <= set(LEGEND)
    assert cell_len(LEGEND) <= 80
