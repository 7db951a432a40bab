"""What an agent (代办员) does from the command line, each act one transaction."""

from datetime import date
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import commitments, launching, messages, progress, statements, tracking
from casework.launching import Intake
from casework.queries import as_json as document
from casework.queries import report as report_on
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from deployments.cli.reading import UnreadableFileError, read_mapping
from kit import clock
from portal.intake import IntakeForm
from rules.acts.commitments import Promise
from rules.vocabulary import CommitmentKind


def launch(data_dir: Path, file: Path, key: str | None, *, as_json: bool) -> None:
    """Launch an application from an intake form and print its number."""
    intake = read_intake(file)

    code = tracking.new_code()

    async def act(session: AsyncSession) -> tuple[str, bool]:
        return await launching.launch(session, intake, actor=caller(), now=clock.now(), key=key, tracking_code=code)

    number, new = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "new": new, **({"tracking_code": code} if new else {})})
    elif new:
        console().print(number)
        # Not among what a script reads as the number.
        typer.echo(f"查询码（交申请人）· tracking code for the applicant: {code}", err=True)
    else:
        console().print(f"{number}（此前已登记 · launched before）")


def report(data_dir: Path, number: str, milestone: str, on: date | None, *, as_json: bool) -> None:
    """Report a milestone, written with or without its hash."""
    code = milestone if milestone.startswith("#") else f"#{milestone}"

    async def act(session: AsyncSession) -> None:
        await progress.report_milestone(session, number, code, happened_on=on, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def supply(data_dir: Path, number: str, materials: list[str], *, replace: bool, as_json: bool) -> None:
    """Take in materials, in place of those already there if they are to ``replace`` them."""

    async def act(session: AsyncSession) -> None:
        await progress.supply_materials(session, number, materials, actor=caller(), now=clock.now(), replace=replace)

    act_on(data_dir, number, act, as_json=as_json)


def sign(
    data_dir: Path,
    number: str,
    item: str,
    signer: str,
    until: date | None,
    materials: list[str],
    *,
    notified: bool,
    as_json: bool,
) -> None:
    """Take in a commitment that the applicant has signed."""
    kind = CommitmentKind.NOTIFIED if notified else CommitmentKind.TOLERANCE
    promise = Promise(item, signer, kind, tuple(materials), until)

    async def act(session: AsyncSession) -> None:
        await commitments.take(session, number, promise, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def resend(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Send again what departments have not taken."""

    async def act(session: AsyncSession) -> int:
        return await messages.resend(session, number, actor=caller(), now=clock.now())

    sent = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "messages": sent})
    else:
        console().print(f"{number}：重新送达 {sent} 条 · messages sent again: {sent}")


def withdraw(data_dir: Path, number: str, reason: str, request: str | None, *, as_json: bool) -> None:
    """Withdraw an application, by the applicant's own request unless the engagement gives express authority."""

    async def act(session: AsyncSession) -> None:
        await progress.request_withdrawal(
            session, number, reason=reason, applicant_request=request, actor=caller(), now=clock.now()
        )

    act_on(data_dir, number, act, as_json=as_json)


def ask_cancellation(
    data_dir: Path, number: str, item: str, reason: str, by: str, request: str | None, *, as_json: bool
) -> None:
    """Ask in the holder's name for a permit to be struck off."""

    async def act(session: AsyncSession) -> None:
        await statements.request_cancellation(
            session, number, item, reason=reason, by=by, applicant_request=request, actor=caller(), now=clock.now()
        )

    act_on(data_dir, number, act, as_json=as_json)


def read_intake(file: Path) -> Intake:
    """Read an intake form. Raises UnreadableFileError naming every field that is wrong."""
    try:
        return IntakeForm.model_validate(read_mapping(file)).intake()
    except ValidationError as error:
        findings = [_finding(found["loc"], found["msg"]) for found in error.errors(include_url=False)]
    raise UnreadableFileError(f"{file}: {'；'.join(findings)}")


def _finding(location: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, location)) or '登记表'}: {message.removeprefix('Value error, ')}"


def act_on(data_dir: Path, number: str, act: Any, *, as_json: bool) -> None:
    """Do something to an application and tell how it stands afterwards."""

    async def then_look(session: AsyncSession) -> Any:
        await act(session)
        return await report_on(session, number, now=clock.now())

    after = in_office(data_dir, then_look)
    if as_json:
        print_json(document(after))
    else:
        shown = after.outcome.zh if after.outcome else after.status.zh
        console().print(f"{number} {shown}　{after.waiting}".rstrip())
