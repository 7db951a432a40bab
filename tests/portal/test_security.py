"""What attackers try first, against every page there is: the pages are read from the document of who may use what."""

import re
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, text

from casework import tracking
from kit.clock import wall_now
from kit.database import transaction
from models import Person, Role
from portal.access import Nobody, Reader, Way
from tests.conftest import person_row
from tests.portal.conftest import FORM, Portal
from tests.portal.visitors import ACCOUNTS, NOWHERE, ORIGIN, address, begin_session, cells, sign_everybody_in

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
#: What a browser would run if it came through as it was written.
LIVE = ("<script>alert(1)", "<img src=x", "\"'>")
PAGES = [(method, path, way, allowed) for method, path, way, allowed in cells() if not path.startswith("/api/")]
#: Sent before there is anybody to be known by a token; their origin alone tells.
ENTRANCES = ("/sign-in", "/track")


@pytest.fixture
async def client(portal: Portal, plain_http: None) -> AsyncIterator[httpx.AsyncClient]:
    await sign_everybody_in()
    async with httpx.AsyncClient(transport=portal.client._transport, base_url="http://office") as made:
        yield made


async def application(portal: Portal, **changes: str) -> tuple[str, str, str]:
    """Launch an application; return its number, its code, and the id of an assignment of MSB."""
    launched = (await portal.post("/api/v1/applications", {**FORM, **changes})).json()
    await portal.deliver(launched["number"])
    line = await portal.line(launched["number"], "E01")
    return launched["number"], launched["tracking_code"], line["assignment"]


async def cookie_of(reader: Reader, number: str, code: str, way: Way = Way.CODE) -> dict[str, str]:
    """Return what the browser of a reader sends along by itself, whoever made the form."""
    if way is Way.IDENTITY:
        async with transaction() as session:
            applicant = await session.scalar(text("SELECT applicant_id FROM applications LIMIT 1"))
            visit = await tracking.visit_as(session, applicant, id_token=None, now=wall_now())
            return {"Cookie": f"daiban-applicant={visit}"}
    if isinstance(reader, Role):
        return {"Cookie": f"daiban=session-of-{ACCOUNTS[reader]}"}
    async with transaction() as session:
        return {"Cookie": f"daiban-applicant={await tracking.visit(session, number, code, now=wall_now())}"}


def real(path: str, number: str, assignment: str) -> str:
    """Name things that exist in an address."""
    return address(path.replace("{assignment}", assignment), number)


def first_reader(allowed: dict[Reader, bool]) -> Reader:
    return next(reader for reader, may in allowed.items() if may and reader is not Nobody.ANONYMOUS)


async def test_no_form_is_taken_from_a_foreign_page_or_without_its_token(
    portal: Portal, client: httpx.AsyncClient
) -> None:
    number, code, assignment = await application(portal)
    forms = [(path, way, first_reader(allowed)) for method, path, way, allowed in PAGES if method == "POST"]
    taken = []
    for path, way, reader in forms:
        target = real(path, number, assignment)
        cookie = {} if path in ENTRANCES else await cookie_of(reader, number, code, way)
        forged = [({"_token": "form-token"}, {"Origin": "https://evil.example"}), ({"_token": "form-token"}, {})]
        if path not in ENTRANCES:
            forged += [({}, ORIGIN), ({"_token": "guessed"}, ORIGIN)]
        for form, origin in forged:
            answer = await client.post(target, data=form, headers={**cookie, **origin})
            if answer.status_code != 403:
                taken.append((path, form, origin, answer.status_code))
    assert len(forms) >= 10
    assert taken == []


async def test_every_page_tells_browsers_to_do_no_more_than_it_needs(portal: Portal, client: httpx.AsyncClient) -> None:
    number, code, assignment = await application(portal)
    loose = []
    for method, path, way, allowed in PAGES:
        if method != "GET" or path == "/static":
            continue
        cookie = await cookie_of(first_reader(allowed), number, code, way)
        target = real(path, number, assignment)
        async with client.stream("GET", target, headers=cookie) as answer:
            policy = answer.headers["content-security-policy"]
            kept = (
                "default-src 'none'" in policy
                and "frame-ancestors 'none'" in policy
                and "unsafe" not in policy
                and answer.headers["x-content-type-options"] == "nosniff"
                and answer.headers["x-frame-options"] == "DENY"
                and answer.headers["referrer-policy"] in ("same-origin", "no-referrer")
            )
            if not kept:
                loose.append((path, dict(answer.headers)))
    assert loose == []


@pytest.mark.parametrize("template", sorted((files("portal.pages") / "templates").iterdir(), key=str), ids=str)
def test_templates_escape_everything_and_hold_no_script_and_no_style(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", source)
    assert not re.search(r"<style\b|\sstyle=|\son\w+\s*=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


async def test_what_people_write_is_shown_on_every_page_and_run_on_none(
    portal: Portal, client: httpx.AsyncClient
) -> None:
    number, code, assignment = await application(portal, applicant_name=ATTACK, project_name=ATTACK, contact=ATTACK)
    about = {"subject": "attitude", "words": ATTACK, "contact": ATTACK}
    await portal.client.post(f"/api/v1/tracking/{number}/complaints", json=about, headers={"Tracking-Code": code})
    await portal.tell(number, "E01", "claimed")
    await portal.tell(number, "E01", "note", text=ATTACK)
    asked = await portal.tell(number, "E01", "correction_requested", missing=[ATTACK], reason=ATTACK)
    assert asked.status_code == 200
    await portal.deliver(number)
    seen = live = 0
    for method, path, way, allowed in PAGES:
        if method != "GET" or way is Way.OPEN or "live" in path:
            continue
        target = real(path, number, assignment)
        for reader in (reader for reader, may in allowed.items() if may):
            html = (await client.get(target, headers=await cookie_of(reader, number, code, way))).text
            seen += "&lt;script&gt;alert(1)" in html
            live += any(each in html for each in LIVE)
    assert live == 0
    assert seen >= 10


async def test_no_department_reaches_what_is_anothers(portal: Portal, client: httpx.AsyncClient) -> None:
    _, _, assignment = await application(portal)
    async with transaction() as session:
        await session.execute(insert(Person), [person_row("ma", (Role.HANDLER, Role.HEAD), "TAX", True)])
        await begin_session(session, "ma")
    found = {}
    for method, path, _, _ in PAGES:
        if "{assignment}" in path:
            target = real(path, "", assignment).replace(str(NOWHERE), "claim")
            sent = {"_token": "form-token", "event": "0" * 32} if method == "POST" else None
            visit = {"Cookie": "daiban=session-of-ma", **ORIGIN}
            found[method, path] = (await client.request(method, target, data=sent, headers=visit)).status_code
    assert len(found) >= 2
    # Not there for its department, or nothing that this person may do at all.
    assert set(found.values()) <= {403, 404}
    ours = await client.get(f"/inbox/{assignment}", headers={"Cookie": "daiban=session-of-wu"})
    assert ours.status_code == 200


async def test_the_code_of_one_application_opens_no_other(portal: Portal, client: httpx.AsyncClient) -> None:
    number, code, _ = await application(portal)
    other, _, _ = await application(portal, project_name="另一个项目")
    cookie = await cookie_of(Nobody.APPLICANT, number, code)
    assert (await client.get(f"/track/{number}", headers=cookie)).status_code == 200
    answer = await client.get(f"/track/{other}", headers=cookie)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/track?number={other}")


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"#!/bin/sh\nrm -rf /\n", b"<svg onload=alert(1)>"])
async def test_a_script_does_not_come_in_by_the_name_of_a_pdf(
    portal: Portal, client: httpx.AsyncClient, content: bytes
) -> None:
    number, code, _ = await application(portal, materials=[])
    cookie = await cookie_of(Nobody.APPLICANT, number, code)
    html = (await client.get(f"/track/{number}", headers=cookie)).text
    form = {"_token": re.findall(r'name="_token" value="([^"]+)"', html)[0], "material": "章程"}
    sent = {"file": ("章程.pdf", content, "application/pdf")}
    answer = await client.post(f"/track/{number}/materials", data=form, files=sent, headers={**cookie, **ORIGIN})
    assert answer.status_code == 415
    assert (await portal.get(f"/api/v1/applications/{number}/files")).json()["files"] == []
