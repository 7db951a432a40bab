"""What an agent does and sees from a terminal."""

import io
from pathlib import Path
from typing import Any

import pytest


def test_a_launch_prints_the_number_and_nothing_else(office: Any, intake: Path) -> None:
    ran = office("launch", intake)

    assert ran.code == 0
    assert ran.out.startswith("DB-211282-")
    assert ran.out.count("\n") == 1


def test_a_form_may_come_as_json_on_standard_input(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    form = (
        '{"journey": "J5", "applicant_name": "开原市云帆软件有限公司", "credit_code": "91211282MAWPAAD45K", '
        '"project_name": "云帆"}'
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(form))

    ran = office("launch", "-", "--json")

    assert ran.code == 0
    assert ran.document["new"] is True


def test_the_same_key_launches_once(office: Any, intake: Path) -> None:
    first = office("launch", intake, "--key", "k1", "--json").document
    second = office("launch", intake, "--key", "k1", "--json").document

    assert (first["new"], second["new"]) == (True, False)
    assert first["number"] == second["number"]


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("91211282MAWPAAD45K", "91211282MAWPAAD45X", "校验码"),
        ("journey: J5", "journey: J9", "J9"),
        ("journey: J5", "jorney: J5", "jorney"),
        ("project_name: 云帆软件企业开办", "", "project_name"),
        ("journey: J5", "answers: {area: 1}\njourney: J5", "area"),
        ("journey: J5", "agent: nobody\njourney: J5", "nobody"),
        ("journey: J5", "journey: [", "intake.yaml:"),
        ("journey: J5", "- journey", "intake.yaml"),
    ],
)
def test_a_wrong_form_is_refused_with_the_field_that_is_wrong(
    office: Any, intake: Path, wrong: str, right: str, said: str
) -> None:
    intake.write_text(intake.read_text(encoding="utf-8").replace(wrong, right), encoding="utf-8")

    ran = office("launch", intake)

    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_the_list_shows_what_was_launched_newest_first(office: Any, launched: str, intake: Path) -> None:
    later = office("launch", intake).out.strip()

    listed = office("list", "--json").document["applications"]

    assert [summary["number"] for summary in listed] == [later, launched]
    assert listed[0]["status_zh"] == "并联审批中"
    assert later in office("list").out
    assert [s["number"] for s in office("list", "--limit", 1, "--json").document["applications"]] == [later]


def test_the_list_can_be_narrowed_to_a_status_or_a_department(office: Any, launched: str) -> None:
    assert office("list", "--status", "in_approval", "--json").document["applications"][0]["number"] == launched
    assert office("list", "--status", "delivered", "--json").document["applications"] == []
    assert office("list", "--waiting-on", "HCB", "--json").document["applications"] == []


def test_the_status_tells_everything(office: Any, launched: str) -> None:
    document = office("status", launched, "--json").document

    assert document["number"] == launched
    assert {line["item"]: line["status"] for line in document["lines"]} == {"E01": "opened"} | dict.fromkeys(
        ["E02", "E03", "E04", "E05", "E06"]
    )
    shown = office("status", launched).out
    for word in (
        launched,
        "云帆软件企业开办",
        "91211282MAWPAAD45K",
        "企业设立登记",
        "市场监督管理局",
        "等待",
        "待派件",
    ):
        assert word in shown


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_the_status_fits_the_terminal(
    office: Any, launched: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(columns))

    assert max(cell_len(line) for line in office("status", launched).out.splitlines()) <= columns


def test_the_steps_name_who_did_what(office: Any, launched: str) -> None:
    steps = office("steps", launched, "--json").document["steps"]

    assert [step["serial"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["kind"] == "application.registered"
    assert steps[0]["actor"].startswith("cli:")
    assert steps[0]["source"]
    shown = office("steps", launched).out
    assert "application.registered" in shown
    assert "已登记 → 并联审批中" in shown


def test_materials_and_withdrawal_are_recorded(office: Any, launched: str) -> None:
    assert office("supply", launched, "章程", "--replace").code == 0
    alone = office("withdraw", launched, "--reason", "不办了")
    assert alone.code == 2
    assert "明示授权" in alone.err
    ran = office("withdraw", launched, "--reason", "不办了", "--request", "撤件申请书〔2026〕3号", "--json")

    assert ran.document["outcome"] == "withdrawn"
    kinds = {step["kind"] for step in office("steps", launched, "--json").document["steps"]}
    assert {"material.replaced", "withdrawal.requested", "application.concluded"} <= kinds
    refused = office("supply", launched, "章程二")
    assert refused.code == 2
    assert launched in refused.err


def test_a_milestone_that_is_not_there_is_refused(office: Any, launched: str) -> None:
    ran = office("report", launched, "START")

    assert ran.code == 2
    assert "#START" in ran.err


@pytest.mark.parametrize("command", ["status", "steps"])
def test_an_unknown_number_is_refused(office: Any, command: str) -> None:
    ran = office(command, "DB-211282-20260302-00009-X")

    assert ran.code == 2
    assert "DB-211282-20260302-00009-X" in ran.err
