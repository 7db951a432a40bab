"""Prefect: the server, what it knows of us, and whether somebody works."""

import asyncio
from typing import Final

import httpx
import prefect
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import WorkerStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from deployments.doctor.findings import Finding, fail, ok, warn
from deployments.prefect_setup import WORKER_TYPE, deployed
from kit.settings import settings

_SERVER, _POOL, _DEPLOYMENTS, _WORKER = "Prefect", "工作池 Work pool", "部署 Deployments", "工作进程 Worker"
_DEPLOY: Final = "daiban deploy"
_PATIENCE_SECONDS = 8.0


async def examine() -> list[Finding]:
    """Check server, version, work pool, deployments and worker; without a server the rest is not asked."""
    url = get_current_settings().api.url
    if not url:
        return [fail(_SERVER, "没有设置 PREFECT_API_URL", "export PREFECT_API_URL=http://主机:4200/api")]
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), get_client() as client:
            return [await _version(client, url), *await _known(client)]
    except (httpx.HTTPError, PrefectHTTPStatusError, OSError, TimeoutError, RuntimeError) as error:
        mend = "启动 Prefect 服务器，核对 PREFECT_API_URL · start the server, check the address"
        return [fail(_SERVER, f"{url} 没有应答：{type(error).__name__}", mend)]


async def _version(client: PrefectClient, url: str) -> Finding:
    theirs = await client.api_version()
    return same_version(theirs, prefect.__version__, url)


def same_version(server: str, ours: str, url: str) -> Finding:
    """Check that server and client are of one minor version: their API is only promised to fit then."""
    seen = f"{url}，服务器 {server}，本机 {ours}"
    mend = f"pip install prefect=={server}，或升级服务器 · bring both to one version"
    if server.split(".")[:2] != ours.split(".")[:2]:
        return fail(_SERVER, seen, mend)
    return ok(_SERVER, seen) if server == ours else warn(_SERVER, seen, mend)


async def _known(client: PrefectClient) -> list[Finding]:
    pool = settings().work_pool
    try:
        found = await client.read_work_pool(pool)
    except ObjectNotFound:
        return [fail(_POOL, f"没有工作池 {pool}", _DEPLOY)]
    kind = ok(_POOL, f"{pool}（{found.type}）")
    if found.type != WORKER_TYPE:
        mend = f"删除该池后 {_DEPLOY}，或改用普通 worker · our worker polls pools of type {WORKER_TYPE}"
        kind = warn(_POOL, f"{pool} 的类型是 {found.type}，不是 {WORKER_TYPE}", mend)
    if found.is_paused:
        kind = fail(_POOL, f"{pool} 已暂停", f"prefect work-pool resume {pool}")
    return [kind, await _deployments(client), await _workers(client, pool)]


async def _deployments(client: PrefectClient) -> Finding:
    missing, paused = [], []
    for expected in deployed():
        name = f"{expected.flow.name}/{expected.flow.name}"
        try:
            found = await client.read_deployment_by_name(name)
        except ObjectNotFound:
            missing.append(name)
            continue
        asleep = expected.every_seconds is not None and not any(schedule.active for schedule in found.schedules)
        if found.paused or asleep:
            paused.append(name)
    if missing:
        return fail(_DEPLOYMENTS, f"缺少 {'、'.join(missing)}", _DEPLOY)
    if paused:
        return fail(
            _DEPLOYMENTS, f"已暂停 {'、'.join(paused)}", "在 Prefect UI 的部署页恢复 · resume it in the Prefect UI"
        )
    return ok(_DEPLOYMENTS, f"{len(deployed())} 个")


async def _workers(client: PrefectClient, pool: str) -> Finding:
    workers = await client.read_workers_for_work_pool(pool)
    online = [worker.name for worker in workers if worker.status == WorkerStatus.ONLINE]
    if not online:
        return fail(_WORKER, "没有在线的工作进程", "daiban worker")
    return ok(_WORKER, "、".join(online))
