"""Run the command line in this process, on a database of the test's own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deployments.cli.app import main
from kit.check_codes import ensure_check_code_secret
from kit.settings import settings

INTAKE = """
journey: J5
applicant_name: 开原市云帆软件有限公司
credit_code: 91211282MAWPAAD45K
project_name: 云帆软件企业开办
materials: [股东身份证明, 章程, 经办人实名, 住所使用文件, 职工名册]
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Daiban = Callable[..., Ran]


@pytest.fixture
def daiban(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Daiban]:
    """Run ``daiban`` in an empty environment and folder, 100 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Ran(int(ended.value.code or 0), written.out, written.err)

    yield run
    settings.cache_clear()


@pytest.fixture
def office(daiban: Daiban, committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Daiban:
    """The same, in an office with a catalog and people."""
    monkeypatch.setenv("DAIBAN_DATABASE_URL", committed_database)
    settings.cache_clear()
    ensure_check_code_secret()
    return daiban


@pytest.fixture
def intake(tmp_path: Path) -> Path:
    path = tmp_path / "intake.yaml"
    path.write_text(INTAKE, encoding="utf-8")
    return path


@pytest.fixture
def launched(office: Daiban, intake: Path) -> str:
    """An enterprise set up: E01 is at its department, the rest waits for it."""
    return str(office("launch", intake, "--json").document["number"])
