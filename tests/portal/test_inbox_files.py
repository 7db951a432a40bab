"""What a department decides on is looked at beside the form: its own materials, as what they are, and recorded."""

from typing import Any

import pytest
from sqlalchemy import text

from kit.database import transaction
from kit.settings import settings
from models import Role
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import Portal
from tests.portal.test_files import PDF, bring, sha

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
OFD_MATERIAL, PDF_MATERIAL, PNG_MATERIAL = "住所使用文件", "章程", "股东身份证明"


@pytest.fixture(autouse=True)
async def people(portal: Portal, configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()
    await registered(("ding", Role.HANDLER, "TAX"))


@pytest.fixture
async def place(portal: Portal) -> str:
    """The page of an assignment with a PDF and a picture among its materials."""
    number = await portal.launch()
    for content, material in ((PDF, PDF_MATERIAL), (PNG, PNG_MATERIAL)):
        assert (await bring(portal, number, content, material)).status_code == 200
    await portal.deliver(number)
    return f"/inbox/{(await portal.line(number, 'E01'))['assignment']}"


async def accesses(assignment: str) -> list[Any]:
    async with transaction() as session:
        asked = "SELECT actor, sha256 FROM file_accesses WHERE assignment_id = :id ORDER BY at, sha256"
        return [tuple(row) for row in await session.execute(text(asked), {"id": assignment})]


async def test_materials_are_shown_in_their_place_and_only_when_opened(portal: Portal, place: str) -> None:
    wu = await visitor(portal, "wu")
    html = await wu.see(place)
    assert f'<iframe src="{place}/files/{sha(PDF)}" loading="lazy"' in html
    assert f'<img src="{place}/files/{sha(PNG)}" loading="lazy"' in html
    assert await accesses(place.rpartition("/")[2]) == []


@pytest.mark.parametrize(("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png")])
async def test_a_material_is_shown_as_what_it_is_and_who_looked_is_recorded(
    portal: Portal, place: str, content: bytes, media_type: str
) -> None:
    wu = await visitor(portal, "wu")
    answer = await wu.get(f"{place}/files/{sha(content)}")
    assert (answer.status_code, answer.content) == (200, content)
    shown = {name: answer.headers[name] for name in ("content-type", "x-content-type-options", "x-frame-options")}
    assert shown == {"content-type": media_type, "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN"}
    assert answer.headers["content-disposition"].startswith("inline")
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert await accesses(place.rpartition("/")[2]) == [("wu", sha(content))]


async def test_another_department_gets_nothing_of_it(portal: Portal, place: str) -> None:
    ding = await visitor(portal, "ding")
    assert (await ding.get(place)).status_code == 404
    assert (await ding.get(f"{place}/files/{sha(PDF)}")).status_code == 404
    wu = await visitor(portal, "wu")
    assert (await wu.get(f"{place}/files/{'0' * 64}")).status_code == 404
