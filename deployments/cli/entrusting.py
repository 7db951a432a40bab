"""Engagements (委托) on the terminal."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import typer
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import engagements, queries, suspending
from casework.engagements import EngagementReport
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from deployments.cli.roster import day
from kit import clock
from rules.engagement import EXPRESS, EngagementEnd, EngagementTerms, Verb
from rules.workdays import local_date

_Word = TypeVar("_Word", bound=StrEnum)


def terms(
    items: Sequence[str],
    stages: Sequence[str],
    express: Sequence[str],
    excluded: Sequence[str],
    period: tuple[str | None, str | None],
    representative: str | None,
    reference: str,
) -> EngagementTerms:
    """Read what an engagement says."""
    given = tuple(_word(Verb, text) for text in express)
    if not EXPRESS.issuperset(given):
        raise typer.BadParameter(f"明示授权只能是 {'、'.join(verb for verb in Verb if verb in EXPRESS)}")
    first, last = (day(text) if text else None for text in period)
    return EngagementTerms(
        items=tuple(items),
        stages=tuple(stages),
        express=given,
        excluded=tuple(_word(Verb, text) for text in excluded),
        valid_from=first,
        valid_until=last,
        representative=representative,
        reference=reference,
    )


def show(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Show an application's engagement."""

    async def nothing(_: AsyncSession) -> None:
        return None

    _act(data_dir, number, nothing, as_json=as_json)


def sign(
    data_dir: Path, number: str, said: EngagementTerms, agent: str | None, deputy: str | None, *, as_json: bool
) -> None:
    """Record a new engagement."""

    async def act(session: AsyncSession) -> None:
        await engagements.sign(session, number, said, agent=agent, deputy=deputy, actor=caller(), now=clock.now())

    _act(data_dir, number, act, as_json=as_json)


def end(data_dir: Path, number: str, because: str, note: str | None, *, as_json: bool) -> None:
    """End an engagement."""
    reason = _word(EngagementEnd, because)

    async def act(session: AsyncSession) -> None:
        await engagements.end(session, number, reason, note=note, actor=caller(), now=clock.now())

    _act(data_dir, number, act, as_json=as_json)


def suspend(data_dir: Path, number: str, because: str, note: str, resumes_when: str, *, as_json: bool) -> None:
    """Suspend an engagement."""
    reason, said = _word(EngagementEnd, because), {"note": note, "resumes_when": resumes_when}

    async def act(session: AsyncSession) -> None:
        await suspending.suspend(session, number, reason, **said, actor=caller(), now=clock.now())

    _act(data_dir, number, act, as_json=as_json)


def resume(data_dir: Path, number: str, note: str, *, as_json: bool) -> None:
    """Let a suspended engagement go on."""

    async def act(session: AsyncSession) -> None:
        await suspending.resume(session, number, note=note, actor=caller(), now=clock.now())

    _act(data_dir, number, act, as_json=as_json)


def remind(data_dir: Path, number: str, how: str, *, as_json: bool) -> None:
    """Record that the applicant was reminded."""

    async def act(session: AsyncSession) -> None:
        await engagements.remind(session, number, how=how, actor=caller(), now=clock.now())

    _act(data_dir, number, act, as_json=as_json)


def _act(data_dir: Path, number: str, act: Callable[[AsyncSession], Awaitable[None]], *, as_json: bool) -> None:
    async def then_look(session: AsyncSession) -> EngagementReport:
        await act(session)
        return await engagements.report(session, number, on=local_date(clock.now()))

    after = in_office(data_dir, then_look)
    if as_json:
        print_json(queries.as_json(after))
    else:
        console().print(_shown(after))


def _shown(report: EngagementReport) -> Text:
    scope = "、".join((*report.stages, *report.items)) or "全部事项"
    verbs = "、".join(Verb(word).zh for word in report.verbs if word not in report.excluded)
    until = report.valid_until or "办结"
    standing = f"已中止：{report.suspended.zh}（{report.resumes_when}后恢复）" if report.suspended else "有效"
    standing = f"已终止：{report.ended.zh}" if report.ended else standing
    agents = report.agent + (f"（B岗 {report.deputy}）" if report.deputy else "")
    lines = [f"{report.number} 委托{standing}", f"委托人 {report.applicant}　代办员 {agents}"]
    lines += [f"范围 {scope}　权限 {verbs}", f"期限 {report.valid_from} 至 {until}"]
    return Text("\n".join(lines))


def _word(kind: type[_Word], text: str) -> _Word:
    try:
        return kind(text)
    except ValueError:
        raise typer.BadParameter(f"没有 {text!r}，可选：{'、'.join(kind)}") from None
