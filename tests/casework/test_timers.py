"""Timers: lights change when their day is over, departments are reminded, and the flow is woken."""

from typing import Any

from sqlalchemy import text

from casework import timers
from rules.clocks import Light


async def accepted(desk: Any) -> str:
    number = await desk.launch("J3", answers={"fire_route": "inspection"})
    await desk.deliver(number)
    await desk.grant(number, "E01", "P03")
    await desk.deliver(number)
    await desk.visit(number, "E10")  # accepted as well: five working days promised, ten allowed by law
    await desk.grant(number, "E02", "E03", "E13", "E14", "E15")
    await desk.deliver(number)
    return str(number)


async def test_a_light_turns_at_the_end_of_its_day_and_its_department_is_reminded(desk: Any) -> None:
    number = await accepted(desk)
    shown, told = [], []
    while (due_at := (await desk.report(number)).next_timer) is not None:
        desk.now = due_at
        [(_, due)] = await timers.due(desk.session, now=desk.now, limit=10)
        await timers.ring(desk.session, due, now=desk.now)
        if now_told := sorted(await desk.deliver(number)):  # the results of the day are told at its end
            shown.append((await desk.line(number, "E10")).light)
            told.append(now_told)

    late = ["overdue", "reminded E10", "supervised E10"]
    assert told[:4] == [["reminded E10"]] * 3 + [late]
    # A department that stays silent hears of it again at each rung of the ladder, and then of nothing more.
    assert set(map(tuple, told[4:])) == {("supervised E10",)}
    assert set(shown[4:]) == {Light.BLACK}
    # The first reminder, with half of the limit gone, changes no light.
    assert shown[:4] == [Light.GREEN, Light.YELLOW, Light.RED, Light.BLACK]
    bodies = "SELECT body FROM department_messages WHERE kind = 'reminded' ORDER BY serial"
    assert [body["due_on"] for body in (await desk.session.scalars(text(bodies))).all()] == ["2026-03-09"] * 4


async def test_a_report_shows_the_light_of_the_moment_even_if_no_timer_has_rung(desk: Any) -> None:
    number = await accepted(desk)
    desk.wait(days=30)

    report = await desk.report(number)
    line = next(line for line in report.lines if line.item == "E10")
    assert line.light is Light.BLACK
    assert [wait.what for wait in report.waits] == ["E10"]
    assert "超" in report.waiting


async def test_a_timer_rung_twice_does_nothing_the_second_time(desk: Any) -> None:
    number = await accepted(desk)
    desk.wait(days=30)
    [(_, due)] = await timers.due(desk.session, now=desk.now, limit=10)
    await timers.ring(desk.session, due, now=desk.now)
    steps = await desk.steps(number)
    await timers.ring(desk.session, due, now=desk.now)

    assert await desk.steps(number) == steps
    assert await timers.due(desk.session, now=desk.now, limit=10) == []
