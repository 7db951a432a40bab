"""A real browser in front of a real portal: one server process and one database for each module, no Prefect."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.office import Office, open_office
from tests.conftest import Databases

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
#: Nothing but our server is asked for, and root needs no sandbox that it cannot have.
expect.set_options(timeout=15_000)  # of a busy machine; a test that is about time says its own
_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium to test with: `make system` installs it, or CHROMIUM names one"
    return found


@pytest.fixture(scope="module")
def office(databases: Databases, office_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A portal that serves, with the city's catalog and people who have passwords."""
    url = databases.create(template=office_template)
    folder: Path = tmp_path_factory.mktemp("office")
    with open_office(url, folder) as opened:
        yield opened
    databases.drop(url)


@pytest.fixture(scope="module")
def browser(office: Office) -> Iterator[Browser]:
    """A browser for one module: as long as it runs its event loop has this thread, so the office is opened before."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_chromium(), args=_FLAGS)
        yield started
        started.close()


def _matters(said: ConsoleMessage) -> bool:
    # A page that says what was wrong has a status that tells so, which the browser logs as well.
    return said.type == "error" and "the server responded with a status of 4" not in said.text


Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, office: Office) -> Iterator[Opens]:
    """Open a page as somebody, or as nobody: at which width, in which language, with or without scripts.

    A page that logs an error, as the policy against foreign code does, fails the test.
    """
    errors: list[str] = []
    with ExitStack() as contexts:

        def opened(
            account: str | None = None,
            *,
            phone: bool = False,
            language: str = "zh",
            scripts: bool = True,
            dark: bool = False,
        ) -> Page:
            context: BrowserContext = browser.new_context(
                base_url=office.url,
                viewport=PHONE if phone else DESKTOP,
                java_script_enabled=scripts,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            contexts.callback(context.close)
            cookies = [{"name": "language", "value": language, "url": office.url}]
            if account:
                cookies.append({"name": "daiban", "value": office.session_of(account), "url": office.url})
            context.add_cookies(cookies)  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda said: errors.append(said.text) if _matters(said) else None)
            return page

        yield opened
    assert errors == []
