"""What ended otherwise than the script expects is named, and makes the demonstration fail."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from casework.auditing import Finding
from casework.catalog_file import read_catalog
from deployments.demo.acting import Player
from deployments.demo.course import Course
from deployments.demo.scenario import load_scenario
from deployments.demo.screen import Screen
from deployments.demo.verdict import as_document, judge, summary_table
from deployments.illustrative_catalog import KAIYUAN
from rules.catalog import Catalog
from rules.vocabulary import AssignmentStatus, Outcome


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog(KAIYUAN)


def as_expected(player: Player, catalog: Catalog) -> dict[str, Any]:
    part = player.part
    statuses = part.expected_statuses(catalog)
    lines = [
        {
            "item": item.code,
            "assignment": f"{part.key}/{item.code}",
            "status": statuses[item.code] if statuses else AssignmentStatus.WITHDRAWN,
            "status_zh": (statuses[item.code] if statuses else AssignmentStatus.WITHDRAWN).zh,
            "light": "green",
            "decision": {"kind": "granted"} if statuses and statuses[item.code].decided else None,
        }
        for item in part.network(catalog).items
    ]
    return {
        "number": player.number,
        "complete": True,
        "outcome": part.expected.outcome.value,
        "outcome_zh": part.expected.outcome.zh,
        "status_zh": "已送达",
        "waiting": "",
        "working_days": 9,
        "steps": 10,
        "flow_run_id": f"run-{part.key}",
        "lines": lines,
        "opinions": [
            {"item": item, "department": department, "answer": None if said == "lapsed" else said, "status": "lapsed"}
            for item, opinions in part.expected.opinions.items()
            for department, said in opinions.items()
        ],
        "notices": [{"kind": "breach", "body": {"item": item}} for item in part.expected.breached],
    }


@pytest.fixture
def course(catalog: Catalog) -> Course:
    scenario = load_scenario()
    now = datetime(2026, 4, 1, tzinfo=UTC)
    made = Course([Player(part, scenario.inbox) for part in scenario.applications], now, shown_at=now)
    for position, player in enumerate(made.players):
        player.number = f"DB-{position}"
        made.reports[player.number] = as_expected(player, catalog)
        made.runs[f"run-{player.part.key}"] = "COMPLETED"
    return made


def test_all_as_expected_is_a_success(course: Course, catalog: Catalog) -> None:
    judged = judge(course, catalog, [])

    assert judged.ok
    assert course.open() == []
    document = as_document(course, judged, ui="http://ui", portal="http://portal")
    assert document["applications"] == len(course.players)
    assert sum(document["outcomes"].values()) == len(course.players)
    assert document["steps"] == 10 * len(course.players)
    assert (document["ok"], document["audit_ok"], document["differences"]) == (True, True, [])
    assert (document["ui"], document["portal"]) == ("http://ui", "http://portal")
    assert document["decisions"] == course.decisions > 100


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"complete": False, "waiting": "等待 1/26：气象局"}, "等待 1/26：气象局"),
        ({"outcome": "refused", "outcome_zh": Outcome.REFUSED.zh}, Outcome.REFUSED.zh),
        ({"flow_run_id": "run-unknown"}, "流程运行"),
        ({"flow_run_id": None}, "流程运行"),
        ({"opinions": []}, "实为 {}"),
        ({"notices": [{"kind": "breach", "body": {"item": "C04"}}]}, "实为 ['C04']"),
    ],
)
def test_what_differs_is_named(course: Course, catalog: Catalog, change: dict[str, Any], said: str) -> None:
    course.reports["DB-0"] = {**course.reports["DB-0"], **change}

    judged = judge(course, catalog, [])

    assert not judged.ok
    assert len(judged.differences) == 1
    assert said in judged.differences[0]
    assert "DB-0" in judged.differences[0]


def test_an_item_that_ended_otherwise_is_named(course: Course, catalog: Catalog) -> None:
    course.reports["DB-0"]["lines"][0] |= {"status": "cancelled", "status_zh": "终止办理"}  # type: ignore[index]

    [difference] = judge(course, catalog, []).differences

    assert "终止办理" in difference
    assert str(course.reports["DB-0"]["lines"][0]["item"]) in difference


def test_an_application_that_was_never_seen_is_named(course: Course, catalog: Catalog) -> None:
    del course.reports["DB-3"]

    assert len(judge(course, catalog, []).differences) == 1
    assert [player.number for player in course.open()] == ["DB-3"]


def test_a_run_that_is_not_completed_keeps_its_application_open(course: Course, catalog: Catalog) -> None:
    course.runs["run-equipment-plant"] = "PAUSED"

    assert [player.part.key for player in course.open()] == ["equipment-plant"]
    assert "PAUSED" in judge(course, catalog, []).differences[0]


def test_a_finding_of_the_audit_fails_the_demonstration(course: Course, catalog: Catalog) -> None:
    judged = judge(course, catalog, [Finding("DB-0", 7, "步骤被改动")])

    assert not judged.ok
    document = as_document(course, judged, ui="", portal="")
    assert document["audit_ok"] is False
    assert "DB-0 #7" in document["differences"][0]


def written(course: Course, terminal: bool) -> tuple[Screen, io.StringIO]:
    file = io.StringIO()
    return Screen(Console(file=file, force_terminal=terminal, width=80, color_system=None)), file


def test_off_a_terminal_every_decision_is_told_once(course: Course) -> None:
    screen, file = written(course, terminal=False)
    with screen:
        screen.show(course)
        screen.show(course)

    [line] = file.getvalue().splitlines()
    assert f"办结 {len(course.players)}/{len(course.players)}" in line
    assert "金盾表面处理车间" in line
    assert "P02✘" in line
    assert line.count("✔") + line.count("✘") == course.decisions


def test_on_a_terminal_there_is_a_table(course: Course) -> None:
    screen, file = written(course, terminal=True)
    with screen:
        screen.show(course)

    for player in course.players:
        assert player.part.intake.project_name in file.getvalue()


def test_the_summary_sets_the_days_beside_the_plans(course: Course, catalog: Catalog) -> None:
    file = io.StringIO()
    Console(file=file, width=80).print(summary_table(course, catalog))

    [row] = [line for line in file.getvalue().splitlines() if line.startswith("东启智能装备厂房")]
    assert row.split()[-3:] == ["9", "30", "157"]
