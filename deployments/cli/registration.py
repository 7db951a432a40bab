"""Register people and print their token, once."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from casework import people, signing_in
from deployments.cli.joining import in_office
from deployments.cli.output import console, print_json
from kit.passwords import WeakPasswordError
from models import Role
from rules.vocabulary import EnterpriseClass

_ACCOUNT = re.compile(r"[a-z][a-z0-9_.-]{1,63}")


def add(
    data_dir: Path,
    account: str,
    name: str,
    roles: list[str],
    department: str | None,
    serves: Sequence[str] = (),
    *,
    renew: bool,
    as_json: bool,
) -> None:
    """Register a person; a known account is brought up to date and keeps its token unless a new one is asked for."""
    chosen = [_role(role) for role in roles]
    if _ACCOUNT.fullmatch(account) is None:
        raise typer.BadParameter(f"账号 {account!r} 应为小写字母开头的字母、数字、_ . -，2 至 64 位")
    if bool({Role.HANDLER, Role.HEAD} & set(chosen)) != (department is not None):
        raise typer.BadParameter("经办人（handler）和部门负责人（head）须用 --department 写明部门，其他人员不写")

    classes = [_class(each) for each in serves]
    if classes and Role.STEWARD not in chosen:
        raise typer.BadParameter("只有项目管家（steward）才用 --serves 写明服务的企业类别")

    async def act(session: AsyncSession) -> str | None:
        token = await people.register(session, account, name, chosen, department, renew=renew)
        if classes:
            await people.serve(session, account, classes)
        return token

    token = in_office(data_dir, act)
    if as_json:
        print_json({"account": account, "name": name, "roles": chosen, "department": department, "token": token})
    elif token is None:
        console().print(f"{account} {name} 已更新，令牌不变（换发用 --renew）")
    else:
        console().print(f"{account} {name} 的令牌，只显示这一次 · the token, shown only now:")
        console().print(token, markup=False, soft_wrap=True)


def password(data_dir: Path, account: str) -> None:
    """Set the password with which a person signs in to the pages; it is never an argument, which others could see."""
    if sys.stdin.isatty():
        given = typer.prompt("新密码", hide_input=True, confirmation_prompt="再输入一次")
    else:
        given = sys.stdin.readline().rstrip("\n")

    async def act(session: AsyncSession) -> None:
        await signing_in.set_password(session, account, given)

    try:
        in_office(data_dir, act)
    except WeakPasswordError as error:
        raise typer.BadParameter(str(error)) from None
    console().print(f"{account} 的密码已设置，原有登录均已退出")


def _class(text: str) -> EnterpriseClass:
    try:
        return EnterpriseClass(text)
    except ValueError:
        raise typer.BadParameter(f"没有企业类别 {text!r}，可选：{'、'.join(EnterpriseClass)}") from None


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise typer.BadParameter(f"没有角色 {text!r}，可选：{'、'.join(Role)}") from None
