"""Alerts of slow progress and enquiries (首问负责) on the terminal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import alerts, enquiries, queries
from casework.alerts import AlertLine
from casework.casefile import Actor
from casework.enquiries import EnquiryLine
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock

_MANY = 1000


def alerts_(data_dir: Path, steward: str | None, limit: int, *, every: bool, as_json: bool) -> None:
    """List what stewards are to ask about, and the enquiries that were passed on more than once."""

    async def look(session: AsyncSession) -> tuple[list[AlertLine], list[EnquiryLine]]:
        slow = await alerts.alerts(session, addressee=steward, unanswered=not every, limit=limit)
        return slow, await enquiries.enquiries(session, alarming=True, limit=limit)

    slow, passed_on = in_office(data_dir, look)
    if as_json:
        print_json({"alerts": [queries.as_json(a) for a in slow], "enquiries": [queries.as_json(e) for e in passed_on]})
        return
    if not slow and not passed_on:
        console().print("没有提醒 · no alerts")
    if slow:
        console().print(_slow(slow))
    if passed_on:
        console().print(Text("多次转交仍未办结的咨询 · enquiries passed on more than once", style="bold"))
        console().print(_enquiries(passed_on))


def reply(data_dir: Path, alert: int, text: str, *, as_json: bool) -> None:
    """Reply to an alert from the center's terminal, which may reply to any."""

    async def act(session: AsyncSession) -> AlertLine:
        return await alerts.acknowledge(session, alert, reply=text, actor=caller(), now=clock.now(), supervising=True)

    line = in_office(data_dir, act)
    if as_json:
        print_json(queries.as_json(line))
    else:
        console().print(f"提醒 {line.id} 已答复：{line.number} {line.item_name} {line.kind.zh}", markup=False)


def ask(data_dir: Path, asker: str, subject: str, by: str, number: str | None, *, as_json: bool) -> None:
    """Take in an enquiry."""

    async def act(session: AsyncSession) -> EnquiryLine:
        return await enquiries.ask(session, asker, subject, first=by, number=number, now=clock.now())

    _told(in_office(data_dir, act), as_json=as_json)


def offer(data_dir: Path, enquiry: int, to: str, by: str, reason: str | None, *, as_json: bool) -> None:
    """Offer an enquiry to another person."""
    _turn(
        data_dir,
        lambda session: enquiries.offer(session, enquiry, to, reason=reason, actor=_as(by), now=clock.now()),
        as_json=as_json,
    )


def accept(data_dir: Path, enquiry: int, by: str, *, as_json: bool) -> None:
    """Take an enquiry over."""
    _turn(data_dir, lambda session: enquiries.accept(session, enquiry, actor=_as(by), now=clock.now()), as_json=as_json)


def decline(data_dir: Path, enquiry: int, by: str, reason: str, *, as_json: bool) -> None:
    """Send an enquiry back."""
    _turn(
        data_dir,
        lambda session: enquiries.decline(session, enquiry, reason=reason, actor=_as(by), now=clock.now()),
        as_json=as_json,
    )


def resolve(data_dir: Path, enquiry: int, answer: str, by: str, *, as_json: bool) -> None:
    """Record the answer to an enquiry."""
    _turn(
        data_dir,
        lambda session: enquiries.resolve(session, enquiry, answer=answer, actor=_as(by), now=clock.now()),
        as_json=as_json,
    )


def enquiries_(data_dir: Path, *, every: bool, as_json: bool) -> None:
    """List enquiries and who answers for them."""

    async def look(session: AsyncSession) -> list[EnquiryLine]:
        return await enquiries.enquiries(session, unresolved=not every, limit=_MANY)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"enquiries": [queries.as_json(line) for line in found]})
    else:
        console().print(_enquiries(found) if found else "没有咨询 · no enquiries")


def _turn(data_dir: Path, act: Callable[[AsyncSession], Awaitable[EnquiryLine]], *, as_json: bool) -> None:
    _told(in_office(data_dir, act), as_json=as_json)


def _told(line: EnquiryLine, *, as_json: bool) -> None:
    if as_json:
        print_json(queries.as_json(line))
        return
    state = "已办结" if line.resolved_at else f"待 {line.offered_to} 接受" if line.offered_to else "办理中"
    console().print(f"咨询 {line.id}：责任人 {line.responsible}，{state}，转交 {line.bounces} 次", markup=False)


def _as(account: str) -> Actor:
    """Act at this terminal in a person's name."""
    return replace(caller(), name=account)


def _slow(found: list[AlertLine]) -> Table:
    table = Table("号", "代办件", "事项", "提醒", "自", "天", "责任人", "答复", box=None, pad_edge=False)
    for line in found:
        what = f"{line.department_name} · {line.item_name}"
        table.add_row(
            str(line.id),
            line.number,
            Text(what),
            line.kind.zh,
            str(line.since),
            str(line.days),
            line.addressee,
            Text(line.reply or ""),
        )
    return table


def _enquiries(found: list[EnquiryLine]) -> Table:
    table = Table("号", "咨询人", "事项", "首问", "责任人", "移交", "转交", box=None, pad_edge=False)
    for line in found:
        moved = f"→ {line.offered_to}" if line.offered_to else ""
        bounces = Text(str(line.bounces), style="red" if line.alarming else "")
        table.add_row(str(line.id), Text(line.asker), Text(line.subject), line.first, line.responsible, moved, bounces)
    return table
