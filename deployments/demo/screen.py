"""The demonstration as it is watched: a live table on a terminal, a line for each batch of decisions elsewhere."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from deployments.cli.output import LIGHT_STYLES, OUTCOME_STYLES
from deployments.demo.acting import Player
from deployments.demo.course import Course
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import Outcome
from rules.workdays import SHANGHAI

_BAR_CELLS: Final = 10
_WIDE: Final = 100
_MARKS: Final = {S.GRANTED: "✔", S.REFUSED: "✘", S.RETURNED: "↩"}
_WEEKDAYS: Final = "一二三四五六日"


class Screen:
    """Shows the course after every look; a context manager, since a live table must be put away."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._told: set[str] = set()

    def __enter__(self) -> "Screen":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, course: Course) -> None:
        """Redraw the table, or print the decisions that are new."""
        if self._live is not None:
            self._live.update(_picture(course, self._console.width), refresh=True)
        elif news := self._news(course):
            line = f"{_office_time(course)}  {_count(course)}  {news}"
            self._console.print(line, markup=False, soft_wrap=True)

    def _news(self, course: Course) -> str:
        """Name the decisions not told yet, by application."""
        told = []
        for player in course.players:
            fresh = [
                line for line in _lines(course, player) if line["decision"] and line["assignment"] not in self._told
            ]
            self._told.update(line["assignment"] for line in fresh)
            if fresh:
                items = " ".join(f"{line['item']}{_MARKS[S(line['status'])]}" for line in fresh)
                told.append(f"{player.part.intake.project_name} {items}")
        return "；".join(told)


def _picture(course: Course, width: int) -> RenderableType:
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("代办件", no_wrap=True, overflow="ellipsis", ratio=2)
    if wide:
        table.add_column("情形", no_wrap=True)
    table.add_column("事项", no_wrap=True)
    table.add_column("等待", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("灯", no_wrap=True)
    table.add_column("结果", no_wrap=True)
    for player in course.players:
        report = course.report(player)
        row: list[RenderableType] = [Text(player.part.intake.project_name)]
        if wide:
            row.append(player.part.intake.journey)
        row += ["", "", "", ""] if report is None else _cells(report)
        table.add_row(*row)
    return Group(Text(f"{_office_time(course)}  {_count(course)}  已用 {course.wall_seconds:.0f} 秒", "bold"), table)


def _cells(report: Mapping[str, Any]) -> list[RenderableType]:
    outcome = Outcome(report["outcome"]) if report["outcome"] else None
    shown = Text(outcome.zh, OUTCOME_STYLES[outcome]) if outcome else Text(report["status_zh"], "dim")
    light = worst_light(report)
    lamp = Text("●", LIGHT_STYLES[light]) if light is not None else Text("")
    return [_bar(report), Text(report["waiting"].partition("：")[2], "dim"), lamp, shown]


def _bar(report: Mapping[str, Any]) -> Text:
    """Draw the share of items granted, refused, and otherwise ended."""
    statuses = [S(line["status"]) for line in report["lines"] if line["status"]]
    total = len(report["lines"])
    granted, refused = statuses.count(S.GRANTED), statuses.count(S.REFUSED)
    ended = sum(status.final for status in statuses)
    cells = [round(part * _BAR_CELLS / total) for part in (granted, granted + refused, ended)]
    if refused and cells[1] == cells[0]:  # a refusal is never too small to be seen
        cells[0] = max(cells[0] - 1, 0)
    bar = Text("━" * cells[0], "green").append("━" * (cells[1] - cells[0]), "red")
    bar.append("━" * max(cells[2] - cells[1], 0), "bright_black").append("─" * (_BAR_CELLS - max(cells)), "dim")
    return bar.append(f" {ended:>2}/{total}", "")


def worst_light(report: Mapping[str, Any]) -> Light | None:
    """Return the worst light of the items under way; None when none is."""
    shown = [Light(line["light"]) for line in report["lines"] if line["light"] and not S(line["status"]).final]
    return max(shown, key=list(Light).index, default=None)


def _lines(course: Course, player: Player) -> list[dict[str, Any]]:
    report = course.report(player)
    return [] if report is None else report["lines"]


def _office_time(course: Course) -> str:
    shown = course.shown_at.astimezone(SHANGHAI)
    return f"{shown:%Y-%m-%d} 周{_WEEKDAYS[shown.weekday()]} {shown:%H} 时"


def _count(course: Course) -> str:
    over = len(course.players) - len(course.open())
    return f"办结 {over}/{len(course.players)}，决定 {course.decisions}，步骤 {course.steps}"
