"""Commands about the people of the center and of the departments."""

from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir


def add(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="账号，如 dai03")],
    name: Annotated[str, typer.Option(help="姓名 · name")],
    role: Annotated[
        list[str], typer.Option(metavar="ROLE", help="agent、steward、handler、manager 或 administrator，可多个")
    ],
    department: Annotated[
        str | None, typer.Option(metavar="CODE", help="经办人所属部门 · a handler's department")
    ] = None,
    renew: Annotated[bool, typer.Option("--renew", help="换发令牌，旧令牌失效 · issue a new token")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记人员；令牌只显示这一次 · Register a person, printing the token once"""
    from deployments.cli import registration  # noqa: PLC0415 - heavy, and other commands do not need it

    registration.add(data_dir, account, name, role, department, renew=renew, as_json=as_json)
