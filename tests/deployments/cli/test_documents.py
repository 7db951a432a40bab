"""Documents from the command line: listed, verified, saved."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from casework import documents
from casework.casefile import Actor, open_by_number
from casework.documents import Issued
from casework.writing import write
from kit.database import dispose_engine, transaction
from kit.settings import settings
from rules.documents import DocumentKind
from tests.rules.drafts import EXAMPLES, draft

pytestmark = pytest.mark.usefixtures("check_codes")


@pytest.fixture
def grant(office: Any, launched: str) -> Issued:
    async def act() -> Issued:
        now = datetime(2026, 3, 6, 2, tzinfo=UTC)
        async with transaction() as session:
            case = await open_by_number(session, launched, actor=Actor("wang"), now=now)
            matter = replace(EXAMPLES[DocumentKind.GRANT][1], application=launched)
            made = documents.issue(case, draft(DocumentKind.GRANT, matter=matter), serial=1)
            await write(case)
        await dispose_engine()
        return made

    settings.cache_clear()
    return asyncio.run(act())


def test_the_documents_of_an_application_are_listed_with_their_codes(office: Any, launched: str, grant: Issued) -> None:
    document = office("documents", launched, "--json").document
    shown = office("documents", launched)

    assert document["number"] == launched
    listed = [(d["number"], d["kind_zh"], d["check_code"]) for d in document["documents"]]
    assert (grant.number, "准予许可决定书", grant.check_code) in listed
    # The launch has left one, too.
    assert sorted(kind for _, kind, _ in listed) == ["代办委托书", "准予许可决定书"]
    assert grant.number in shown.out
    assert grant.check_code in shown.out


def test_a_document_is_verified(office: Any, grant: Issued) -> None:
    document = office("document", "verify", grant.number, grant.check_code.lower(), "--json").document
    shown = office("document", "verify", grant.number, grant.check_code)

    assert (document["valid"], document["sha256"]) == (True, grant.sha256)
    assert shown.code == 0
    assert "文书真实" in shown.out
    assert grant.sha256 in "".join(shown.out.split())


@pytest.mark.parametrize("command", ["verify", "save"])
def test_a_wrong_code_and_a_mistyped_number_are_refused_in_a_line(office: Any, grant: Issued, command: str) -> None:
    wrong = office("document", command, grant.number, "7K3M-9QXD-0TRW-4HZE")
    mistyped = office("document", command, grant.number[:-1] + "?", grant.check_code)

    assert (wrong.code, mistyped.code) == (2, 2)
    assert "校验码不符" in wrong.err
    assert "文书编号" in mistyped.err
    assert wrong.err.count("\n") == mistyped.err.count("\n") == 1


def test_a_document_is_saved_as_pdf(office: Any, grant: Issued, tmp_path: Path) -> None:
    assert office("document", "save", grant.number, grant.check_code).code == 0
    assert office("document", "save", grant.number, grant.check_code, "-o", tmp_path / "x.pdf").code == 0
    nowhere = office("document", "save", grant.number, grant.check_code, "-o", tmp_path / "no" / "x.pdf")

    saved = Path(f"{grant.number}.pdf").read_bytes()
    assert saved.startswith(b"%PDF-")
    assert (tmp_path / "x.pdf").read_bytes() == saved
    assert nowhere.code == 2
    assert "x.pdf" in nowhere.err
