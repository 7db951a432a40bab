"""The doctor sees what is wrong with the machine and says how to mend it."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from deployments.doctor import machine
from deployments.doctor.findings import Grade

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("version", "grade"), [((3, 10), Grade.FAIL), ((3, 11), Grade.OK), ((3, 13), Grade.OK), ((3, 14), Grade.WARN)]
)
def test_a_python_we_are_not_tested_on_is_told(version: tuple[int, int], grade: Grade) -> None:
    finding = machine.python(version)

    assert finding.grade is grade
    assert bool(finding.mend) == (grade is not Grade.OK)


def test_an_accelerated_clock_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@3600")
    assert machine.configuration().grade is Grade.FAIL

    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", "0")
    finding = machine.configuration()
    assert finding.grade is Grade.OK
    assert "@3600" in finding.seen


def test_a_wrong_setting_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_PORT", "many")

    assert "DAIBAN_PORTAL_PORT" in machine.configuration().seen


def test_a_data_folder_that_is_a_file_is_told_and_one_that_can_be_made_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    assert machine.data_folder(file / "data").grade is Grade.FAIL
    assert machine.data_folder(tmp_path / "not" / "yet").grade is Grade.OK
    assert not (tmp_path / "not").exists()


def test_a_folder_we_may_not_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests may run as root, whom no permission stops.
    monkeypatch.setattr(machine.os, "access", lambda *_: False)

    assert machine.data_folder(tmp_path).grade is Grade.FAIL


@pytest.mark.parametrize(
    ("free", "grade"), [(100 * 1024**2, Grade.FAIL), (1024**3, Grade.WARN), (50 * 1024**3, Grade.OK)]
)
def test_little_room_on_the_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: Grade
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free))

    assert machine.disk(tmp_path / "not" / "yet").grade is grade
