"""Every list and board page with 100,000 applications and 1,000,000 assignments, beside 1,000 applications.

Both offices are asked in turn, request by request, so that whatever else the machine does disturbs them alike.
"""

import asyncio
import math
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from sqlalchemy import insert, text

from bench.lists_fill import fill
from bench.office import environment
from casework import board_counting, catalogs, tracking
from casework.catalog_file import read_catalog
from casework.people import token_digest
from deployments.illustrative_catalog import KAIYUAN
from deployments.postgres import EmbeddedPostgres, ensure_database
from kit import clock
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from kit.logs import configure_logs
from models import PortalSession, Role
from models.migrate import upgrade
from portal.app import create_app

T = TypeVar("T")
SMALL = 1_000
#: The bar: milliseconds at the 95th percentile, and how much longer than with few applications.
MOST_MS, MOST_TIMES = 150.0, 1.5
_CODE = "0000-0000-0000-0000"
_PEOPLE = (
    ("boss", Role.MANAGER, None),
    ("handler", Role.HANDLER, "MSB"),
    ("head", Role.HEAD, "MSB"),
)


@dataclass(slots=True)
class Page:
    """A page, who looks at it, and how long it took in each office, in milliseconds."""

    name: str
    who: str
    paths: list[str]
    took: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def median(self, office: int) -> float:
        return median(self.took[office])

    def p95(self, office: int) -> float:
        ordered = sorted(self.took[office])
        return ordered[math.ceil(len(ordered) * 0.95) - 1]

    @property
    def holds(self) -> bool:
        return self.p95(1) <= MOST_MS and self.p95(1) <= MOST_TIMES * self.p95(0)


class Office:
    """A portal of its own on a database of its own, in an event loop of its own."""

    def __init__(self, url: str, applications: int) -> None:
        self.url, self.applications = url, applications
        self.loop = asyncio.new_event_loop()
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.app = create_app()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        with environment({"DAIBAN_DATABASE_URL": self.url}):
            return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self._leave())
        self.loop.close()

    async def _leave(self) -> None:
        for client in self.clients.values():
            await client.aclose()
        await dispose_engine()

    async def prepare(self) -> None:
        """Publish the catalog, let the years pass, and sign everybody in."""
        await ensure_database(self.url)
        await asyncio.to_thread(upgrade, self.url)
        async with transaction() as session:
            await catalogs.publish(session, read_catalog(KAIYUAN), now=clock.now())
        began = clock.monotonic()
        await fill(self.applications, _PEOPLE, tracking.digest(_CODE))
        filled = clock.monotonic()
        async with transaction() as session:
            await board_counting.count(session, now=clock.now(), limit=1)
        print(
            f"{self.applications} applications in {filled - began:.0f} s; "
            f"counting what is open takes {clock.monotonic() - filled:.2f} s",
            flush=True,
        )
        for account, _, _ in _PEOPLE:
            self.clients[account] = await self._signed_in(account)
        async with transaction() as session:
            number = await session.scalar(text("SELECT number FROM applications ORDER BY id LIMIT 1"))
            token = await tracking.visit(session, number, _CODE, now=clock.wall_now())
        self.clients["applicant"] = self._client({"daiban-applicant": token})
        self.clients["stranger"] = self._client({})

    async def _signed_in(self, account: str) -> httpx.AsyncClient:
        async with transaction() as session:
            person = await session.scalar(text("SELECT id FROM people WHERE account = :account"), {"account": account})
            row = {"token_sha256": token_digest(account), "person_id": person, "form_token": account}
            await session.execute(
                insert(PortalSession), {**row, "began_at": clock.wall_now(), "seen_at": clock.wall_now()}
            )
        return self._client({"daiban": account})

    def _client(self, cookies: dict[str, str]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://office", cookies=cookies)

    async def ask(self, who: str, path: str) -> tuple[float, str]:
        began = clock.monotonic()
        answer = await self.clients[who].get(path)
        took = (clock.monotonic() - began) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return took, answer.text

    async def paths(self) -> dict[str, str]:
        """Addresses that differ between the offices: one of each thing, and places in the middle of the lists."""
        async with transaction() as session:
            row = (await session.execute(_SAMPLES)).one()
        return {
            "application": row.application,
            "tracked": row.tracked,
            "assignment": str(row.assignment),
            "complaint": str(row.complaint),
            "middle": row.middle,
            "day": row.day.isoformat(),
            "appointment": str(row.appointment),
            "enquiry": str(row.enquiry),
            "filing": row.filing,
            "rating": str(row.rating),
            "finding": quote(f"{row.finding_at.isoformat()}~{row.finding}"),
            "due": f"{row.due_on}~{row.due_id}",
            "ended": quote(f"{row.ended_at.isoformat()}~{row.ended_id}"),
        }


_SAMPLES = text("""
SELECT (SELECT number FROM applications WHERE status = 'in_approval' ORDER BY id DESC LIMIT 1) AS application,
       (SELECT number FROM applications ORDER BY id LIMIT 1) AS tracked,
       (SELECT id FROM assignments WHERE department = 'MSB' AND ended_at IS NULL LIMIT 1) AS assignment,
       (SELECT id FROM complaints WHERE application_id IS NOT NULL ORDER BY id LIMIT 1) AS complaint,
       (SELECT number FROM applications ORDER BY id OFFSET (SELECT count(*) FROM applications) / 2 LIMIT 1) AS middle,
       (SELECT number FROM refusal_filings ORDER BY filed_at OFFSET (SELECT count(*) FROM refusal_filings) / 2 LIMIT 1)
         AS filing,
       (SELECT max(id) / 2 FROM ratings) AS rating,
       (SELECT max(id) / 2 FROM enquiries) AS enquiry, (SELECT min(day) FROM board_days) AS day,
       (SELECT id FROM appointments ORDER BY planned_at, id OFFSET (SELECT count(*) FROM appointments) / 2 LIMIT 1)
         AS appointment,
       f.at AS finding_at, f.id AS finding, d.promised_due AS due_on, d.id AS due_id, e.ended_at, e.id AS ended_id
  FROM (SELECT at, id FROM kept_findings ORDER BY at OFFSET (SELECT count(*) FROM kept_findings) / 2 LIMIT 1) f,
       (SELECT promised_due, id FROM assignments WHERE ended_at IS NULL AND promised_due >= current_date LIMIT 1) d,
       (SELECT ended_at, id FROM assignments WHERE department = 'MSB' AND ended_at IS NOT NULL ORDER BY ended_at
        OFFSET (SELECT count(*) FROM assignments WHERE department = 'MSB' AND ended_at IS NOT NULL) / 2 LIMIT 1) e
""")


def _pages(small: dict[str, str], large: dict[str, str]) -> Iterator[Page]:
    today = date.today().isoformat()  # noqa: DTZ011 - a filter of a list, whatever the zone
    for name, who, path in (
        ("city board", "boss", "/board"),
        ("department's board", "head", "/board"),
        ("daily report", "boss", "/board/daily"),
        ("a department's daily report", "head", "/board/daily"),
        ("daily report, of another day", "boss", "/board/daily?day={day}"),
        ("assignments", "boss", "/board/assignments"),
        ("assignments, in the middle", "boss", "/board/assignments?after={due}"),
        ("assignments, red", "boss", "/board/assignments?light=red"),
        ("assignments, of a department", "boss", "/board/assignments?department=MSB&light=yellow"),
        ("assignments, due today", "boss", f"/board/assignments?due={today}"),
        ("applications of a journey", "boss", "/board/applications?journey=J1"),
        ("applications", "boss", "/applications"),
        ("applications, in the middle", "boss", "/applications?before={middle}"),
        ("applications, by words that many have", "boss", f"/applications?words={quote('项目')}"),
        ("applications, by words that none has", "boss", f"/applications?words={quote('没有这样的项目')}"),
        ("applications, by number", "boss", "/applications?words={middle}"),
        ("applications, by a part of many numbers", "boss", "/applications?words=211282-2026"),
        ("applications, closed", "boss", "/applications?status=closed"),
        ("one application", "boss", "/applications/{application}"),
        ("refusal filings", "boss", "/filings"),
        ("refusal filings, in the middle", "boss", "/filings?before={filing}"),
        ("a department's filings", "head", "/filings"),
        ("complaints", "boss", "/complaints"),
        ("all complaints", "boss", "/complaints?all=true"),
        ("one complaint", "boss", "/complaints/{complaint}"),
        ("appointments", "boss", "/appointments"),
        ("all appointments", "boss", "/appointments?all=true"),
        ("all appointments, in the middle", "boss", "/appointments?all=true&after={appointment}"),
        ("a department's appointments", "handler", "/appointments"),
        ("all of a department's appointments", "handler", "/appointments?all=true"),
        ("appointments of an application", "boss", "/appointments?number={tracked}"),
        ("enquiries", "handler", "/enquiries"),
        ("all enquiries", "handler", "/enquiries?all=true"),
        ("all enquiries, in the middle", "handler", "/enquiries?all=true&after={enquiry}"),
        ("enquiries passed on in vain", "boss", "/enquiries?alarming=true"),
        ("absences", "boss", "/absences"),
        ("findings", "boss", "/findings"),
        ("findings, in the middle", "boss", "/findings?before={finding}"),
        ("findings of a kind", "boss", "/findings?kind=stop_too_long"),
        ("ratings", "boss", "/ratings"),
        ("ratings, bad", "boss", "/ratings?grade=bad&before={rating}"),
        ("sending", "boss", "/sending"),
        ("conflicts", "boss", "/conflicts"),
        ("inbox", "handler", "/inbox"),
        ("inbox, in the middle", "handler", "/inbox?after={due}"),
        ("inbox, of an item", "handler", "/inbox?item=E01"),
        ("inbox, of a status", "handler", "/inbox?status=refusal_proposed"),
        ("inbox, of a light", "handler", "/inbox?light=red"),
        ("inbox, one's own", "handler", "/inbox?whose=mine"),
        ("inbox, by words that many have", "handler", f"/inbox?words={quote('项目')}"),
        ("inbox, by words that none has", "handler", f"/inbox?words={quote('没有这样的项目')}"),
        ("inbox, by a word of two", "handler", f"/inbox?words={quote('有限')}"),
        ("inbox, by a word of two that none has", "handler", f"/inbox?words={quote('限有')}"),
        ("inbox, by the name of one", "handler", f"/inbox?words={quote('市第990有')}"),
        ("inbox, ended", "handler", "/inbox?ended=true"),
        ("inbox, ended, in the middle", "handler", "/inbox?ended=true&after={ended}"),
        ("one assignment", "handler", "/inbox/{assignment}"),
        ("tracking", "applicant", "/track/{tracked}"),
        ("entrance", "stranger", "/track"),
    ):
        yield Page(name, who, [path.format(**small), path.format(**large)])


@contextmanager
def offices(large: int, small: int = SMALL) -> Iterator[tuple[Office, Office]]:
    """Two offices on one PostgreSQL, filled."""
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="daiban-")))
        postgres = EmbeddedPostgres(folder / "postgres")
        postgres.start()
        exits.callback(postgres.stop)
        ours = {"DAIBAN_ENVIRONMENT": "local", "DAIBAN_SECRETS_DIR": str(folder / "secrets")}
        quiet = {"DAIBAN_PORTAL_URL": "http://office", "DAIBAN_LOG_LEVEL": "WARNING"}
        exits.enter_context(environment({**ours, **quiet, "DAIBAN_DATABASE_URL": postgres.url("small")}))
        configure_logs("bench")
        ensure_check_code_secret()
        made = Office(postgres.url("small"), small), Office(postgres.url("large"), large)
        for office in made:
            exits.callback(office.close)
            office.run(office.prepare())
        yield made


def measure(made: tuple[Office, Office], rounds: int) -> list[Page]:
    """Ask for every page so often, in turn."""
    pages = list(_pages(*(office.run(office.paths()) for office in made)))
    for number in range(rounds + 2):
        for page in pages:
            for n, office in enumerate(made):
                took, _ = office.run(office.ask(page.who, page.paths[n]))
                if number >= 2:  # the first two fill caches, as the first visitors of the day do
                    page.took[n].append(took)
    return pages


def main(applications: int = 100_000, rounds: int = 30) -> bool:
    """Print every page's figures; True when all of them hold."""
    with offices(applications) as made:
        pages = measure(made, rounds)
    print(f"| page | median, p95 at {SMALL}, ms | median, p95 at {applications}, ms | times, of p95 | |")
    print("|---|---|---|---|---|")
    for page in pages:
        figures = [f"{page.median(n):.1f}, {page.p95(n):.1f}" for n in (0, 1)]
        verdict = "" if page.holds else "too slow"
        print(f"| {page.name} | {' | '.join(figures)} | {page.p95(1) / page.p95(0):.2f} | {verdict} |")
    return all(page.holds for page in pages)


if __name__ == "__main__":
    sys.exit(0 if main(*map(int, sys.argv[1:])) else 1)
