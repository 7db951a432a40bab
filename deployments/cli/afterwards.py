"""What comes after the decision, from the command line; each act is one transaction."""

from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from casework import closing, handing, tracking
from deployments.cli.agency import act_on
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.delivery.record import DeliveryChannel
from rules.errors import RefusedOnRecordError


def send(data_dir: Path, number: str, item: str, evidence: dict[str, str], *, as_json: bool) -> None:
    """Record that a result is on its way."""

    async def act(session: AsyncSession) -> None:
        await handing.send(session, number, item, evidence, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def deliver(data_dir: Path, number: str, item: str, evidence: dict[str, str], *, as_json: bool) -> None:
    """Record that a result has arrived."""

    async def act(session: AsyncSession) -> None:
        await handing.deliver(session, number, item, evidence, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def fail(data_dir: Path, number: str, item: str, reason: str, *, as_json: bool) -> None:
    """Record that a result came back."""

    async def act(session: AsyncSession) -> None:
        await handing.fail(session, number, item, reason, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def retry(data_dir: Path, number: str, item: str, by: str, address: str | None, *, as_json: bool) -> None:
    """Begin another attempt."""
    try:
        channel = DeliveryChannel(by)
    except ValueError as error:
        raise typer.BadParameter(f"应为 {'、'.join(DeliveryChannel)}", param_hint="--by") from error

    async def act(session: AsyncSession) -> None:
        await handing.retry(session, number, item, channel, address, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def confirm(data_dir: Path, number: str, receipt: str, *, as_json: bool) -> None:
    """Hand in the receipt that the applicant has signed."""

    async def act(session: AsyncSession) -> None:
        await closing.confirm(session, number, receipt=receipt, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def close(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Close an application; the attempt stays on record where it is refused."""
    kept: list[RefusedOnRecordError] = []

    async def act(session: AsyncSession) -> None:
        try:
            await closing.close(session, number, actor=caller(), now=clock.now())
        except RefusedOnRecordError as refusal:
            kept.append(refusal)

    act_on(data_dir, number, act, as_json=as_json)
    # Told after the transaction, which keeps the record of the attempt.
    for refusal in kept:
        raise refusal


def issue_code(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Issue a new code for the applicant and print it, this once."""

    async def act(session: AsyncSession) -> str:
        return await tracking.issue(session, number, actor=caller(), now=clock.now())

    code = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "tracking_code": code})
    else:
        console().print(code)
