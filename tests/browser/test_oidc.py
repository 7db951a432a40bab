"""Signing in and out at a provider in a real browser, which holds answers to forms to the addresses forms may go to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import uvicorn
from playwright.sync_api import expect

from tests.browser.accessibility import serious_violations, sticking_out
from tests.browser.conftest import Opens
from tests.browser.office import Office, open_office
from tests.browser.test_looks import keep_picture
from tests.conftest import Databases
from tests.portal.conftest import FORM
from tests.portal.provider import SECRET, Provider, QuietServer

pytestmark = pytest.mark.timeout(180)


@contextmanager
def serving(provider: Provider) -> Iterator[None]:
    """Let the provider answer in a thread of its own: the browser's event loop has this one."""
    server = QuietServer(uvicorn.Config(provider.app, port=0, log_level="error", lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    with serving(made):
        yield made


@pytest.fixture(scope="module")
def office(
    databases: Databases, office_template: str, tmp_path_factory: pytest.TempPathFactory, provider: Provider
) -> Iterator[Office]:
    """An office that lets in whom the provider names, and strangers as applicants."""
    url = databases.create(template=office_template)
    folder: Path = tmp_path_factory.mktemp("office")
    (folder / "oidc").write_text(SECRET)
    settings = {
        "DAIBAN_OIDC_ISSUER": provider.issuer,
        "DAIBAN_OIDC_NETWORKS": "127.0.0.0/8",
        "DAIBAN_OIDC_CLIENT_SECRET": f"file:{folder / 'oidc'}",
        "DAIBAN_OIDC_APPLICANTS": "true",
    }
    with open_office(url, folder, **settings) as opened:
        provider.office = opened.url
        yield opened
    databases.drop(url)


@pytest.fixture(autouse=True)
def _nobody_yet(provider: Provider) -> None:
    provider.account, provider.lies, provider.signed_out = "zhang", {}, []


def test_who_signs_out_is_led_past_the_provider_and_back(office: Office, opens: Opens, provider: Provider) -> None:
    page = opens()
    page.goto("/applications")
    page.get_by_role("link", name="统一身份认证").click()
    expect(page.locator("h1")).to_contain_text("代办件")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{office.url}/sign-in")
    assert provider.signed_out == ["42"]
    page.goto("/applications")
    expect(page.locator("input[name=password]")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_an_applicant_whom_the_provider_names_finds_all_of_their_applications(
    office: Office, opens: Opens, provider: Provider, phone: bool
) -> None:
    number = office.launch(project_name="清河路便利店")
    provider.account = "stranger"
    provider.lies = {"credit_code": FORM["credit_code"], "credit_code_verified": True, "name": "某某公司"}
    page = opens(phone=phone)
    page.goto("/track")
    page.get_by_role("link", name="统一身份认证").click()
    page.wait_for_url(f"{office.url}/track/mine")
    assert [*serious_violations(page), *sticking_out(page)] == []
    keep_picture(page, f"track-mine-{'phone' if phone else 'desktop'}")
    page.get_by_role("row", name=number).get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("清河路便利店")
    page.goto("/track/mine")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{office.url}/track")
    assert provider.signed_out == ["42"]
    page.goto(f"/track/{number}")
    expect(page.locator("input[name=code]")).to_be_visible()
