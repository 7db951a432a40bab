"""The applicant's pages: number and code open one application and no other, and no account is needed."""

import re
from typing import Any

import httpx
import pytest

from casework import tracking as codes
from kit.database import transaction
from portal import tracking
from portal.traffic import Attempts
from tests.portal.conftest import FORM, Portal

ORIGIN = {"Origin": "http://office"}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _unspent(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from kit.settings import settings

    monkeypatch.setattr(tracking, "_ATTEMPTS", Attempts(most=5, seconds=900))
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()


class Applicant:
    """A browser in which somebody has typed number and code."""

    def __init__(self, portal: Portal) -> None:
        self.client = httpx.AsyncClient(transport=portal.client._transport, base_url="http://office")

    async def enter(self, number: str, code: str) -> httpx.Response:
        return await self.client.post("/track", data={"number": number, "code": code}, headers=ORIGIN)

    async def see(self, number: str) -> str:
        answer = await self.client.get(f"/track/{number}")
        assert answer.status_code == 200, (answer.status_code, answer.text[:400])
        return answer.text

    async def send(self, number: str, act: str, **form: Any) -> httpx.Response:
        files = form.pop("files", None)
        html = await self.see(number)
        sent = {"_token": re.findall(r'name="_token" value="([^"]+)"', html)[0], **form}
        return await self.client.post(f"/track/{number}/{act}", data=sent, files=files, headers=ORIGIN)


async def launched(portal: Portal, **changes: Any) -> tuple[str, str]:
    answer = await portal.post("/api/v1/applications", {**FORM, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()["number"], answer.json()["tracking_code"]


async def entered(portal: Portal, **changes: Any) -> tuple[Applicant, str]:
    number, code = await launched(portal, **changes)
    applicant = Applicant(portal)
    answer = await applicant.enter(f" {number.lower()} ", code.lower())
    assert (answer.status_code, answer.headers["location"]) == (303, f"/track/{number}")
    return applicant, number


async def refused(portal: Portal, number: str) -> None:
    """The department refuses the one item, and the result reaches the applicant."""
    await portal.deliver(number)
    basis = {"reason": "住所不符", "legal_basis": "市场主体登记管理条例第十九条", "handler": "王芳", "approver": "李强"}
    assert (await portal.tell(number, "E01", "decided", decision="refused", **basis)).status_code == 200
    await portal.deliver(number)


async def test_wrong_codes_unknown_and_misspelt_numbers_are_answered_alike_until_it_is_enough(portal: Portal) -> None:
    number, code = await launched(portal)
    stranger = Applicant(portal)
    misspelt = number[:-1] + ("A" if number[-1] != "A" else "B")
    answers = [await stranger.enter(typed, "0000-0000-0000-0000") for typed in (number, misspelt, "nonsense")]
    shown = {re.sub(r'name="number" value="[^"]*"', "", answer.text) for answer in answers}

    assert ({answer.status_code for answer in answers}, len(shown)) == ({404}, 1)
    for _ in range(3):
        last = await stranger.enter(number, "0000-0000-0000-0000")
    assert last.status_code == 429
    assert (await stranger.enter(number, code)).status_code == 429


async def test_a_visit_opens_one_application_and_no_other(portal: Portal) -> None:
    applicant, number = await entered(portal)
    other, _ = await launched(portal, project_name="另一项目")

    assert "清河路项目" in await applicant.see(number)
    answer = await applicant.client.get(f"/track/{other}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/track?number={other}")
    sent = await applicant.send(number, "leave")
    assert sent.status_code == 303
    assert (await applicant.client.get(f"/track/{number}")).status_code == 303


async def test_a_new_code_ends_the_visits_of_the_old_one(portal: Portal) -> None:
    applicant, number = await entered(portal)
    answer = await portal.post(f"/api/v1/applications/{number}/tracking-code", {})
    assert answer.status_code in (200, 201), answer.text
    assert (await applicant.client.get(f"/track/{number}")).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
async def test_a_form_of_another_site_is_refused(portal: Portal, headers: dict[str, str]) -> None:
    applicant, number = await entered(portal)
    token = re.findall(r'name="_token" value="([^"]+)"', await applicant.see(number))[0]
    said = {"_token": token, "subject": "dragging", "words": "太慢"}
    answers = [
        await applicant.client.post(f"/track/{number}/complaints", data=said, headers=headers),
        await applicant.client.post(f"/track/{number}/complaints", data={**said, "_token": "x"}, headers=ORIGIN),
        await applicant.client.post(f"/track/{number}/materials", data={"_token": "x"}, headers=ORIGIN),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "太慢" not in await applicant.see(number)


async def test_a_missing_material_is_named_uploaded_and_sets_the_item_going(portal: Portal) -> None:
    applicant, number = await entered(portal, materials=FORM["materials"][1:])
    await portal.deliver(number)
    missing = FORM["materials"][0]
    html = await applicant.see(number)
    assert f"请补交“{missing}”" in html

    disguised = await applicant.send(
        number, "materials", material=missing, files={"file": ("章程.pdf", b"<script>alert(1)</script>")}
    )
    assert disguised.status_code == 422 or disguised.status_code == 415
    brought = await applicant.send(number, "materials", material=missing, files={"file": ("身份证明.pdf", PDF)})
    assert brought.headers["location"] == f"/track/{number}?done=brought"
    html = await applicant.see(number)
    assert f"请补交“{missing}”" not in html
    assert "市场监督管理局" in html
    steps = (await portal.get(f"/api/v1/applications/{number}/steps")).json()["steps"]
    assert [step["actor"] for step in steps if step["kind"] == "material.received"] == ["applicant"]


async def test_what_nobody_asked_for_is_not_taken(portal: Portal) -> None:
    applicant, number = await entered(portal)
    answer = await applicant.send(number, "materials", material="家谱", files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 422
    empty = await applicant.send(number, "materials", material=FORM["materials"][0], files={"file": ("a.pdf", b"")})
    assert empty.status_code == 422


async def test_what_a_department_asked_to_correct_is_shown_and_uploaded(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await portal.deliver(number)
    assert (
        await portal.tell(number, "E01", "correction_requested", missing=["章程"], reason="未签字")
    ).status_code == 200
    await portal.deliver(number)
    html = await applicant.see(number)
    assert "请补正“企业设立登记" in html
    assert "部门要求补正" in html
    assert (
        await applicant.send(number, "materials", material="章程", files={"file": ("a.pdf", PDF)})
    ).status_code == 303
    assert "部门要求补正" not in await applicant.see(number)


async def test_the_applicant_confirms_rates_objects_and_complains(portal: Portal) -> None:
    applicant, number = await entered(portal)
    early = await applicant.send(number, "ratings", grade="good")
    assert early.status_code == 409
    await refused(portal, number)
    html = await applicant.see(number)
    assert "确认已收到全部结果" in html
    assert "住所不符" in html

    assert (await applicant.send(number, "confirmation")).headers["location"].endswith("done=confirmed")
    assert (await applicant.send(number, "ratings", grade="very_bad", words="说不清")).status_code == 303
    again = await applicant.send(number, "ratings", grade="very_bad")
    assert again.status_code == 409
    assert (
        await applicant.send(number, "objections", kind="not_received", reason="没收到", item="E01")
    ).status_code == 303
    asked = await applicant.send(number, "complaints", kind="consultation", subject="other", words="可以复议吗")
    assert asked.status_code == 303
    html = await applicant.see(number)
    assert "可以复议吗" in html
    kinds = [each["kind"] for each in (await portal.get("/api/v1/complaints", "zhao")).json()["complaints"]]
    assert kinds == ["rectification", "consultation"]


async def test_a_form_that_is_not_filled_in_says_what_is_missing(portal: Portal) -> None:
    applicant, number = await entered(portal)
    answer = await applicant.send(number, "complaints", subject="dragging", words="  ")
    assert (answer.status_code, "words" in answer.text) == (422, True)


async def test_documents_are_offered_and_a_stranger_gets_no_result(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await refused(portal, number)
    html = await applicant.see(number)
    link = re.search(r'href="(/api/v1/documents/[^"]+)"', html)
    assert link is not None
    assert (await applicant.client.get(link[1].replace("&amp;", "&"))).headers["content-type"] == "application/pdf"
    assert (await applicant.client.get(f"/track/{number}/files/{'0' * 64}")).status_code == 404
    assert (await Applicant(portal).client.get(f"/track/{number}/files/{'0' * 64}")).status_code == 303


async def test_what_the_applicant_writes_is_shown_and_never_run(portal: Portal) -> None:
    attack = "<script>alert(1)</script>"
    applicant, number = await entered(portal, project_name=attack)
    await applicant.send(number, "complaints", subject="other", words=attack, contact=attack)
    assert attack not in await applicant.see(number)


async def test_the_page_speaks_english_too(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await applicant.client.get("/language/en")
    html = await applicant.see(number)
    assert "What happens next" in html


async def test_a_visit_that_nobody_uses_ends(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    applicant, number = await entered(portal)
    monkeypatch.setattr(codes, "_IDLE", codes._IDLE * 0)
    assert (await applicant.client.get(f"/track/{number}")).status_code == 303
    async with transaction() as session:
        assert await codes.visited(session, applicant.client.cookies["daiban-applicant"]) == number


async def test_an_applicant_sees_where_they_are_expected(portal: Portal) -> None:
    applicant, number = await entered(portal)
    assert "改约或取消" not in await applicant.see(number)

    wanted = {"planned_at": "2026-03-04T10:00:00+08:00", "purpose": "in_person", "visitor": "刘晓", "item": "E01"}
    assert (await portal.post(f"/api/v1/applications/{number}/appointments", wanted)).status_code == 201
    html = await applicant.see(number)
    assert "2026-03-04 10:00" in html
    assert "本人到场办理" in html
