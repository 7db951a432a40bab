"""The database and what is in it: tables, catalog, people, and what is owed."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy.exc import DBAPIError

from casework.vital_signs import Reach, VitalSigns, reaches, vital_signs
from deployments.doctor.findings import Finding, fail, ok, warn
from kit.database import dispose_engine, transaction
from kit.settings import settings
from models.migrate import outstanding
from rules.catalog import Channel

_DATABASE, _MIGRATIONS = "数据库 Database", "数据表 Migrations"
_OLDEST_POSTGRESQL: Final = 14
_SLOW_SECONDS, _STUCK_SECONDS = 30.0, 300.0
_PATIENCE_SECONDS = 10.0


def examine() -> tuple[list[Finding], list[Reach]]:
    """Check the database, and return also how the departments are reached, as far as it could be read."""
    url = settings().database_url
    if url is None:
        mend = "设置 DAIBAN_DATABASE_URL，或用 daiban up 启动本地系统 · set the variable or start the local stack"
        return [fail(_DATABASE, "没有设置数据库，也没有本地系统在运行", mend)], []
    try:
        missing = outstanding(url)
    except (OSError, DBAPIError) as error:
        seen = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
        mend = "核对 DAIBAN_DATABASE_URL，确认服务器在运行 · check the address and that the server runs"
        return [fail(_DATABASE, seen, mend)], []
    if missing is not None:
        return [fail(_MIGRATIONS, missing, "daiban database upgrade")], []
    signs, reached = asyncio.run(_read())
    return [ok(_MIGRATIONS, "当前版本 · current"), *judged(signs)], reached


async def _read() -> tuple[VitalSigns, list[Reach]]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), transaction() as session:
            return await vital_signs(session), await reaches(session)
    finally:
        await dispose_engine()


def judged(signs: VitalSigns) -> Iterator[Finding]:
    """Judge the vital signs."""
    seen = f"PostgreSQL {signs.postgresql}"
    if signs.postgresql_major < _OLDEST_POSTGRESQL:
        yield warn(_DATABASE, seen, f"升级到 PostgreSQL {_OLDEST_POSTGRESQL} 以上 · upgrade PostgreSQL")
    else:
        yield ok(_DATABASE, seen)
    if signs.catalog_version is None:
        yield fail("事项清单 Catalog", "尚未发布", "daiban catalog load DIR")
    else:
        yield ok("事项清单 Catalog", f"第 {signs.catalog_version} 版")
    if signs.agents == 0:
        yield fail("代办员 Agents", "一个也没有，无法登记代办件", "daiban person add ACCOUNT --name 姓名 --role agent")
    else:
        yield ok("代办员 Agents", f"{signs.agents} 人")
    yield from _owed(signs)


def _owed(signs: VitalSigns) -> Iterator[Finding]:
    name = "待转送 Outbox"
    age = signs.backlog_seconds or 0.0
    seen = f"{signs.backlog} 条待转送，最早的已等 {age:.0f} 秒" if signs.backlog else "没有积压"
    mend = "确认工作进程在运行：daiban worker · check that a worker runs"
    if age > _STUCK_SECONDS:
        yield fail(name, seen, mend)
    elif age > _SLOW_SECONDS:
        yield warn(name, seen, mend)
    else:
        yield ok(name, seen)
    name = "唤醒 Wakes"
    if signs.unwoken:
        mend = "确认 deadline-watch 部署的计划已启用，它每分钟补救 · check that the deadline-watch schedule is active"
        yield fail(name, f"{signs.unwoken} 个在办件没有流程运行，也没有待转送的唤醒", mend)
    elif signs.stuck_wakes:
        seen = f"{signs.stuck_wakes} 个唤醒多次未成：{signs.stuck_error or '运行一直没有空闲'}"
        yield warn(name, seen, "在 Prefect UI 查看对应运行 · look at the runs in the Prefect UI")
    else:
        yield ok(name, f"{signs.open_applications} 个在办件，均有着落")
    name = "部门拒收 Rejected"
    if signs.rejected_messages:
        mend = "原因见 daiban outbox list，排除后 daiban outbox retry · see why, mend it, then send again"
        yield warn(name, f"{signs.rejected_messages} 条消息被部门系统拒收，或已停止重试", mend)
    else:
        yield ok(name, "没有")


def pushed(reached: Sequence[Reach]) -> list[Reach]:
    """Keep the departments that have a system of their own."""
    return [reach for reach in reached if reach.channel != Channel.INBOX]
