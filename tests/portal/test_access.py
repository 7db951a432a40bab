"""Who may use what: the document says what the code does, and every cell of it is called."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from kit import file_links
from portal import access
from portal.access import READERS, Nobody, Reader, Way
from tests.portal.conftest import FORM, Portal
from tests.portal.visitors import DOCUMENT, NOWHERE, SHA256, UNKNOWN, Visitor, address, cells, sign_everybody_in


def test_the_document_is_what_the_code_says(made_app: FastAPI) -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert written == access.written(made_app), "write it again: .venv/bin/daiban protocol docs"


def test_a_route_without_a_gate_is_noticed() -> None:
    app, router = FastAPI(docs_url=None, redoc_url=None), APIRouter()

    @router.get("/secrets")
    async def show() -> None: ...

    app.include_router(router)
    with pytest.raises(LookupError, match="/secrets has no gate"):
        access.matrix(app)


def test_no_address_is_said_to_be_open_that_is_not_there(made_app: FastAPI) -> None:
    assert set(access.OPEN) <= {row.path for row in access.matrix(made_app)}


def passes(answer: httpx.Response, way: Way) -> bool:
    """Tell whether somebody passed the gate, whatever became of their request behind it."""
    if answer.status_code == 303 and answer.headers["location"].startswith(("/sign-in?", "/track?")):
        return False
    if way is Way.CODE and answer.url.path.startswith("/api/"):
        # A wrong code is answered as an application that does not exist, a missing one as a missing header.
        return answer.status_code != 404 and "Tracking-Code" not in answer.text
    if way is Way.LINK:
        return answer.status_code not in (403, 422)
    return answer.status_code not in (401, 403)


@pytest.mark.parametrize("reader", READERS)
async def test_every_cell_is_as_the_document_says(portal: Portal, plain_http: None, reader: Reader) -> None:
    await sign_everybody_in()
    launched = (await portal.post("/api/v1/applications", FORM)).json()
    visit = {"item": "E01", "purpose": "on_site", "visitor": "刘晓", "planned_at": "2026-03-04T10:00:00+08:00"}
    booked = await portal.post(f"/api/v1/applications/{launched['number']}/appointments", visit)
    assert booked.json()["appointment"] == 1  # the one that is called off below
    link, _ = file_links.link(SHA256, NOWHERE, "MSB")
    wrong = []
    async with httpx.AsyncClient(transport=portal.client._transport, base_url="http://office") as client:
        visitor = Visitor(client, reader, launched["tracking_code"])
        for method, path, way, allowed in cells():
            # Only who may track an application is asked about one that exists: nothing else here finds anything.
            target = address(path, launched["number"] if way is Way.CODE else UNKNOWN)
            if way is Way.LINK and reader is Nobody.DEPARTMENT:
                target = link
            answer = await visitor.send(method, target)
            if passes(answer, way) != allowed[reader]:
                wrong.append((method, path, answer.status_code, answer.text[:120]))
    assert wrong == []
