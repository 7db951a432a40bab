"""Put the demonstration on: start a real stack, let everything run its course, judge it, and stop what was started."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
import typer
from rich.console import Console
from ruamel.yaml import YAML

from casework import auditing
from casework.auditing import Finding
from casework.catalog_file import read_catalog
from deployments.cli.output import console
from deployments.cli.running import addresses
from deployments.demo import verdict
from deployments.demo.course import Course, begin, follow
from deployments.demo.portal_client import PortalClient
from deployments.demo.scenario import Scenario, load_scenario
from deployments.demo.screen import Screen
from deployments.furnishing import LOCAL_AGENTS
from deployments.illustrative_catalog import KAIYUAN
from deployments.ports import USUAL_PORTS
from deployments.stack import Stack, StackError, StackState, environment_of
from kit import clock
from kit.database import dispose_engine, one_view
from kit.logs import configure_logs
from kit.settings import settings
from kit.signing import ensure_department_secrets

_ENDED_BY_SIGTERM = 128 + signal.SIGTERM


def run(data_dir: Path | None, *, keep: bool, limit_seconds: float, as_json: bool) -> None:
    """Put the demonstration on; exit 1 when anything ended otherwise than the script expects.

    A temporary data folder is removed at the end, unless it is to be kept or something is to be looked into. With
    ``keep``, on a terminal, everything stays up to be looked at until Ctrl-C.
    """
    folder = (data_dir or Path(tempfile.mkdtemp(prefix="daiban-demo-"))).expanduser().resolve()
    began = clock.monotonic()
    forget_other_offices()
    _quiet_logs()
    removed = data_dir is None and not keep
    try:
        passed = asyncio.run(_performed(folder, began, keep=keep, limit_seconds=limit_seconds, as_json=as_json))
        removed = removed and passed
    except asyncio.CancelledError:
        raise typer.Exit(_ENDED_BY_SIGTERM) from None
    except StackError:
        removed = False
        raise
    finally:
        if removed:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            _tell(as_json).print(f"数据与日志在 {folder} · kept", markup=False, soft_wrap=True)
    if not passed:
        raise typer.Exit(1)


async def _performed(folder: Path, began: float, *, keep: bool, limit_seconds: float, as_json: bool) -> bool:
    out, scenario, catalog = _tell(as_json), load_scenario(), read_catalog(KAIYUAN)
    out.print("启动数据库、Prefect、门户、部门系统、工作进程…… · starting the office")
    with _cancelled_by_sigterm():
        async with _stack(folder, scenario) as state:
            _join(state, scenario)
            out.print(addresses(state))
            out.print(f"{clock.monotonic() - began:.1f} 秒就绪，登记 {len(scenario.applications)} 个代办件\n")
            course = await _course(state, scenario, limit_seconds, out)
            judged = verdict.judge(course, catalog, await _audit())
            await dispose_engine()
            _present(course, judged, state, as_json=as_json)
            if keep and sys.stdin.isatty():
                out.print("系统仍在运行，按 Ctrl-C 停止 · still running, Ctrl-C stops it")
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
    return judged.ok


def _stack(folder: Path, scenario: Scenario) -> Stack:
    folder.mkdir(parents=True, exist_ok=True)
    behaviours = folder / "behaviours.yaml"
    with behaviours.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(scenario.behaviours, file)
    free = dict.fromkeys(USUAL_PORTS, 0)
    return Stack(folder, ports=free, clock=scenario.clock, behaviours=behaviours)


def _join(state: StackState, scenario: Scenario) -> None:
    os.environ.update(environment_of(state))
    settings.cache_clear()
    ensure_department_secrets(scenario.inbox)


async def _course(state: StackState, scenario: Scenario, limit_seconds: float, out: Console) -> Course:
    tokens = {
        account: (state.secrets_dir / secret).read_text(encoding="ascii").strip() for account, _, secret in LOCAL_AGENTS
    }
    async with PortalClient(state.portal_url, tokens) as portal:
        course = begin(scenario)
        with Screen(out) as screen:
            await follow(course, portal, read_catalog(KAIYUAN), state, limit_seconds, screen.show)
    return course


async def _audit() -> list[Finding]:
    async with one_view() as session:
        return [each.finding async for each in auditing.verify(session) if each.finding is not None]


def _present(course: Course, judged: verdict.Verdict, state: StackState, *, as_json: bool) -> None:
    out = _tell(as_json)
    out.print()
    out.print(verdict.summary_table(course, read_catalog(KAIYUAN)))
    out.print(f"\nPrefect UI {state.prefect_url}   门户 {state.portal_url}", markup=False)
    for difference in judged.differences:
        out.print(f"✘ {difference}", markup=False, style="red", soft_wrap=True)
    for finding in judged.audit_findings:
        out.print(f"✘ {finding.number} 第 {finding.serial} 步：{finding.problem}", markup=False, style="red")
    audited = "步骤记录完整" if not judged.audit_findings else "步骤记录被动过"
    verdict_ = "[green]✔ 全部如剧本[/]" if judged.ok else f"[bold red]✘ {len(judged.differences)} 处与剧本不符[/]"
    out.print(
        f"{verdict_}：{len(course.players)} 个代办件，{course.decisions} 个决定，{course.steps} 个步骤，{audited}，"
        f"办理 {course.wall_seconds:.1f} 秒"
    )
    if as_json:
        document = verdict.as_document(course, judged, ui=state.prefect_url, portal=state.portal_url)
        sys.stdout.write(orjson.dumps(document).decode() + "\n")
        sys.stdout.flush()


def _tell(as_json: bool) -> Console:
    """People read on standard output, or on standard error when a program reads there."""
    return Console(stderr=True, highlight=False) if as_json else console()


def forget_other_offices() -> None:
    """Drop from the environment every address of a real office: invented companies must never reach one."""
    for name in list(os.environ):
        if name.startswith(("DAIBAN_", "PREFECT_")) and not name.startswith("DAIBAN_LOG_"):
            del os.environ[name]
    settings.cache_clear()


def _quiet_logs() -> None:
    """Let this process log warnings only; the stack's processes, which inherit the environment, log as ever."""
    before = os.environ.get("DAIBAN_LOG_LEVEL")
    os.environ["DAIBAN_LOG_LEVEL"] = "WARNING"
    settings.cache_clear()
    configure_logs("demo")
    if before is None:
        del os.environ["DAIBAN_LOG_LEVEL"]
    else:
        os.environ["DAIBAN_LOG_LEVEL"] = before
    settings.cache_clear()


@contextmanager
def _cancelled_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the current task as Ctrl-C does, so that the stack is stopped in order."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
