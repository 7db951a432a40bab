"""Refusal filings over HTTP: for managers, newest first, page by page."""

from typing import Any

import pytest

ROOT = "/api/v1/refusal-filings"
REFUSED = {"decision": "refused", "reason": "不符", "legal_basis": "第十九条", "handler": "王芳", "approver": "李强"}


@pytest.fixture
async def numbers(portal: Any) -> list[str]:
    """Two applications refused one after the other."""
    launched = []
    for name in ("甲", "乙"):
        number = await portal.launch(project_name=name)
        await portal.deliver(number)
        answer = await portal.tell(number, "E01", "decided", **REFUSED)
        assert answer.status_code == 200
        launched.append(number)
        portal.wait(hours=1)
    return launched


async def test_a_manager_sees_every_refusal_page_by_page(portal: Any, numbers: list[str]) -> None:
    first = (await portal.get(f"{ROOT}?limit=1", "zhao")).json()
    second = (await portal.get(first["next"], "zhao")).json()

    assert [page["filings"][0]["application"] for page in (first, second)] == numbers[::-1]
    assert second["next"] is None
    assert first["filings"][0]["approver"] == "李强"


async def test_an_agent_does_not_see_them(portal: Any) -> None:
    assert (await portal.get(ROOT, "zhang")).status_code == 403


@pytest.mark.parametrize(("before", "status"), [("FD-1", 422), ("FD-211282-20260302-00001-01-6", 404)])
async def test_an_unknown_place_in_the_list_is_told(portal: Any, before: str, status: int) -> None:
    assert (await portal.get(f"{ROOT}?before={before}", "qian")).status_code == status


async def test_a_refusal_approved_by_its_handler_is_refused(portal: Any) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    answer = await portal.tell(number, "E01", "decided", **{**REFUSED, "approver": "王 芳"})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "filing-incomplete")
    assert (await portal.line(number, "E01"))["status"] == "received"
