"""All that an applicant's own page shows: what is tracked, what to bring, what can be fetched, said and rated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.queries.complaints import ComplaintLine, complaints
from casework.queries.files import FileLine, files
from casework.queries.lines import Line
from casework.queries.reports import report_and_snapshot
from casework.queries.tracked import Tracked, tracked_of
from rules.delivery.duty import AFTERWARDS
from rules.planner import Wait
from rules.ratings import Grade
from rules.vocabulary import ApplicationStatus
from rules.wanted import Wanted, wanted

_RATED: Final = text("""
SELECT r.item, r.grade FROM ratings r JOIN applications a ON a.id = r.application_id WHERE a.number = :number
""")
#: Tickets of one application that are shown; more than these are no list to read.
_TICKETS: Final = 50


@dataclass(frozen=True, slots=True)
class ApplicantsView:
    """An application as its applicant sees it, and what they may do about it now."""

    tracked: Tracked
    lines: tuple[Line, ...]
    waits: tuple[Wait, ...]
    wanted: tuple[Wanted, ...]
    #: Documents of the decisions, as the departments made them.
    results: tuple[FileLine, ...]
    tickets: tuple[ComplaintLine, ...]
    #: By item; empty for the application as a whole.
    rated: dict[str, Grade]
    may_confirm: bool
    may_object: bool
    #: Codes of what may be rated and has not been; empty for the application as a whole.
    ratable: tuple[str, ...]


async def applicants_view(session: AsyncSession, number: str, *, now: datetime) -> ApplicantsView:
    """Show an application to its applicant. Raises NotFoundError."""
    report, snapshot = await report_and_snapshot(session, number, now=now)
    rated = {row.item: Grade(row.grade) for row in await session.execute(_RATED, {"number": number})}
    over = report.status in AFTERWARDS
    ended = [line.item for line in report.lines if over or (line.status is not None and line.status.final)]
    return ApplicantsView(
        tracked=await tracked_of(session, report, now=now),
        lines=report.lines,
        waits=report.waits,
        wanted=wanted(snapshot),
        results=tuple(file for file in await files(session, number) if file.decided),
        tickets=tuple(await complaints(session, every=True, number=number, limit=_TICKETS, now=now)),
        rated=rated,
        may_confirm=report.status is ApplicationStatus.DELIVERED and report.closing.confirmed_at is None,
        may_object=over,
        ratable=tuple(code for code in ([""] if over else []) + ended if code not in rated),
    )
