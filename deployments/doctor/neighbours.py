"""What the office talks to: its own portal, the departments' systems and their secrets."""

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from casework.vital_signs import Reach
from deployments.doctor.findings import Finding, fail, ok, warn
from kit import oidc
from kit.check_codes import check_code, secret_path
from kit.settings import settings
from kit.signing import SecretError, department_secrets

_PATIENCE_SECONDS = 3.0


async def portal() -> Finding:
    """Check that the portal answers that it is ready."""
    name, url = "门户 Portal", f"{settings().portal_url.rstrip('/')}/readyz"
    mend = "启动 daiban portal，核对 DAIBAN_PORTAL_URL · start the portal, check the address"
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        return fail(name, f"{url} 没有应答：{type(error).__name__}", mend)
    if not answer.is_success:
        return fail(name, f"{url} 答复 {answer.status_code}", "查看门户的日志 · see the portal's log")
    return ok(name, settings().portal_url)


async def provider() -> Finding:
    """Check that whoever signs people in by OpenID Connect answers, and is who the settings say."""
    name = "身份认证 Sign-in"
    if not oidc.configured():
        return ok(name, "仅用密码登录")
    mend = "核对 DAIBAN_OIDC_ISSUER、密钥与网络；密码登录照常 · check issuer, secret and network; passwords still work"
    try:
        await oidc.ask()
    except oidc.ProviderAwayError as error:
        return warn(name, str(error), mend)
    return ok(name, str(settings().oidc_issuer))


def secrets(departments: Sequence[Reach]) -> Finding:
    """Check that every department with a system of its own has a signing secret that only its owner can read."""
    name = "签名密钥 Secrets"
    troubles, open_files = [], []
    for department in departments:
        try:
            department_secrets(department.code)
        except (SecretError, PermissionError) as error:
            troubles.append(str(error))
        else:
            path = settings().secrets_dir / "departments" / department.code
            if _mode(path) & 0o077:
                open_files.append(str(path))
    if troubles:
        more = f"（另有 {len(troubles) - 1} 个）" if len(troubles) > 1 else ""
        return fail(name, troubles[0] + more, "为每个部门写入密钥，权限 0600 · write a secret for each, mode 0600")
    if open_files:
        return fail(name, f"其他用户可读：{'、'.join(open_files)}", "chmod 600 并换发密钥 · chmod 600, then rotate")
    return ok(name, f"{len(departments)} 个部门系统均有密钥，权限 0600")


def check_codes() -> Finding:
    """Check that documents can be issued: there is a secret for their check codes that only its owner can read."""
    name, mend = "校验码密钥 Check codes", "写入密钥，权限 0600 · write the secret, mode 0600"
    try:
        check_code(name)
    except (SecretError, PermissionError) as error:
        return fail(name, str(error), mend)
    if _mode(secret_path()) & 0o077:
        return fail(name, f"其他用户可读：{secret_path()}", "chmod 600 并换发密钥 · chmod 600, then rotate")
    return ok(name, "文书可以签发、核验")


async def departments(reached: Sequence[Reach]) -> Finding:
    """Check that the departments' systems can be connected to; a dead one delays its own assignments only."""
    name = "部门系统 Endpoints"
    if not reached:
        return ok(name, "没有部门系统，全部由收件箱办理")
    origins: dict[tuple[str, int], list[str]] = {}
    for reach in reached:
        url = urlsplit((reach.endpoint or "").replace("{departments}", settings().department_base_url.rstrip("/")))
        port = url.port or (443 if url.scheme == "https" else 80)
        origins.setdefault((url.hostname or "", port), []).append(reach.code)
    answers = await asyncio.gather(*(_connects(host, port) for host, port in origins))
    dead = [
        f"{host}:{port}（{'、'.join(codes[:4])}{'…' if len(codes) > 4 else ''}）"
        for ((host, port), codes), alive in zip(origins.items(), answers, strict=True)
        if not alive
    ]
    if dead:
        mend = "与部门核对地址与网络；期间任务自动重试 · check address and network, sending is retried meanwhile"
        return warn(name, f"连接不上 {'；'.join(dead)}", mend)
    return ok(name, f"{len(reached)} 个部门系统可连接")


async def _connects(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
