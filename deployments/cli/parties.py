"""What is recorded of applicants from the command line, each act one transaction."""

from pathlib import Path

from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import party_changes
from casework.queries import as_json as document
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.acts.party import PartyChange
from rules.numbers import check_credit_code


def change(data_dir: Path, credit_code: str, wanted: PartyChange, *, as_json: bool) -> None:
    """Record a new version of an applicant and say which applications were told."""
    check_credit_code(credit_code)

    async def act(session: AsyncSession) -> list[str]:
        return await party_changes.change(session, credit_code, wanted, actor=caller(), now=clock.now())

    told = in_office(data_dir, act)
    if as_json:
        print_json({"credit_code": credit_code, "applications": told})
    else:
        console().print(f"已登记，已告知 {len(told)} 件在办代办件 {' '.join(told)}".rstrip())


def versions(data_dir: Path, credit_code: str, *, as_json: bool) -> None:
    """List what an applicant has been called, the oldest change first."""

    async def look(session: AsyncSession) -> list[party_changes.PartyVersion]:
        return await party_changes.versions(session, credit_code)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"versions": [document(each) for each in found]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("日期", "原名称", "名称", "类型", "文号"):
        table.add_column(heading, overflow="fold")
    for each in found:
        table.add_row(each.changed_on.isoformat(), each.former_name, each.name, each.kind or "", each.document)
    console().print(table)
