"""Commands for those who run an installation."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from deployments.illustrative_catalog import KAIYUAN
from kit.settings import Settings


def _execute(url: str, *statements: str) -> None:
    async def act() -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(act())


def test_untouched_records_are_verified(office: Any, launched: str) -> None:
    ran = office("audit", "verify", "--json")

    assert ran.code == 0
    assert (ran.document["ok"], ran.document["applications"], ran.document["findings"]) == (True, 1, [])
    assert ran.document["steps"] == len(office("steps", launched, "--json").document["steps"])
    assert ran.document["documents"] == len(office("documents", launched, "--json").document["documents"])
    assert "记录完整" in office("audit", "verify").out


def test_a_step_altered_behind_the_triggers_back_is_found(office: Any, launched: str, committed_database: str) -> None:
    _execute(
        committed_database,
        "ALTER TABLE step_records DISABLE TRIGGER USER",
        "UPDATE step_records SET reason = 'forged' WHERE serial = 2",
    )

    ran = office("audit", "verify", "--json")

    assert ran.code == 1
    assert ran.document["ok"] is False
    assert [(f["number"], f["serial"]) for f in ran.document["findings"]] == [(launched, 2)]
    shown = office("audit", "verify")
    assert shown.code == 1
    assert launched in shown.out


def test_a_person_is_told_the_token_once(office: Any) -> None:
    first = office("person", "add", "dai03", "--name", "孙代办", "--role", "agent", "--json").document
    again = office("person", "add", "dai03", "--name", "孙代办", "--role", "agent", "--json").document
    renewed = office("person", "add", "dai03", "--name", "孙代办", "--role", "agent", "--renew", "--json").document

    assert first == {
        "account": "dai03",
        "name": "孙代办",
        "roles": ["agent"],
        "department": None,
        "token": first["token"],
    }
    assert again["token"] is None
    assert renewed["token"] not in (None, first["token"])


def test_a_handler_of_an_unknown_department_is_refused(office: Any) -> None:
    ran = office("person", "add", "wang", "--name", "王", "--role", "handler", "--department", "XYZ")

    assert ran.code == 2
    assert "XYZ" in ran.err


def test_the_catalog_that_ships_is_sound(daiban: Any) -> None:
    ran = daiban("catalog", "check", KAIYUAN, "--json")

    assert ran.code == 0
    assert ran.document["ok"] is True
    assert (ran.document["division"], ran.document["journeys"]) == ("211282", 5)


def test_every_problem_of_a_catalog_is_listed_and_it_is_not_loaded(office: Any, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(KAIYUAN, folder)
    land = folder / "items" / "land.yaml"
    land.write_text(land.read_text(encoding="utf-8").replace("days: 5", "days: -5"), encoding="utf-8")

    ran = office("catalog", "check", folder, "--json")

    assert ran.code == 1
    assert len(ran.document["problems"]) > 1
    assert {problem["file"] for problem in ran.document["problems"]} == {"items/land.yaml"}
    refused = office("catalog", "load", folder)
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "items/land.yaml" in refused.err


def test_a_catalog_is_published_once_and_a_changed_one_as_the_next_version(office: Any, tmp_path: Path) -> None:
    same = office("catalog", "load", KAIYUAN, "--json").document
    folder = tmp_path / "city"
    shutil.copytree(KAIYUAN, folder)
    utilities = folder / "items" / "utilities.yaml"
    utilities.write_text(utilities.read_text(encoding="utf-8").replace("name: 用水报装", "name: 用水接入"), "utf-8")

    tried = office("catalog", "load", folder, "--dry-run", "--json").document
    published = office("catalog", "load", folder, "--json").document

    assert (same["version"], same["new"], same["published"]) == (1, False, False)
    assert (tried["version"], tried["new"], tried["published"]) == (2, True, False)
    assert (published["version"], published["new"], published["published"]) == (2, True, True)
    assert published["changes"]["items"] == {"added": 0, "changed": 1, "dropped": 0}


def test_every_setting_is_listed_and_a_password_never(daiban: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", "postgresql+asyncpg://daiban:hunter2@db/daiban")

    listed = daiban("settings", "--json")

    assert set(listed.document) == {f"DAIBAN_{name.upper()}" for name in Settings.model_fields}
    assert listed.document["DAIBAN_PORTAL_PORT"]["value"] == "8400"
    for ran in (listed, daiban("settings"), daiban("settings", "--markdown")):
        assert ran.code == 0
        assert "hunter2" not in ran.out
    assert "| `DAIBAN_PORTAL_PORT` | `8400` |" in daiban("settings", "--markdown").out


def test_stopping_what_does_not_run_is_no_error(daiban: Any, tmp_path: Path) -> None:
    ran = daiban("down", "--data-dir", tmp_path)

    assert ran.code == 0
    assert str(tmp_path) in ran.out


def test_a_wrong_behaviours_file_is_told_before_anything_starts(daiban: Any, tmp_path: Path) -> None:
    behaviours = tmp_path / "behaviours.yaml"
    behaviours.write_text("rules: [{behaviour: dance}]", encoding="utf-8")

    ran = daiban("up", "--data-dir", tmp_path / "stack", "--behaviours", behaviours)

    assert ran.code == 2
    assert "behaviours.yaml:1" in ran.err
    assert not (tmp_path / "stack" / "stack.json").exists()
