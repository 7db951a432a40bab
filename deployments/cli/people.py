"""Commands about the people of the center and of the departments: who they are, who is away, who acts for whom."""

from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="账号，如 dai03")]
Items = Annotated[
    list[str], typer.Option("--item", "--items", metavar="ITEM", help="只限这些事项，可多个 · only these items")
]
Backup = Annotated[str | None, typer.Option(metavar="ACCOUNT", help="B岗 · who stands in")]


def add(
    account: Account,
    name: Annotated[str, typer.Option(help="姓名 · name")],
    role: Annotated[
        list[str], typer.Option(metavar="ROLE", help="agent、steward、handler、head、manager 或 administrator，可多个")
    ],
    department: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="经办人、部门负责人所属部门 · the department of a handler or head"),
    ] = None,
    serves: Annotated[
        list[str],
        typer.Option(
            metavar="CLASS",
            help="项目管家服务的企业类别：key_project、above_scale_industry、above_scale_trade，可多个",
        ),
    ] = [],  # noqa: B006 - typer reads it, nobody changes it
    renew: Annotated[bool, typer.Option("--renew", help="换发令牌，旧令牌失效 · issue a new token")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记人员；令牌只显示这一次 · Register a person, printing the token once"""
    from deployments.cli import registration  # noqa: PLC0415 - heavy, and other commands do not need it

    registration.add(data_dir, account, name, role, department, serves, renew=renew, as_json=as_json)


def password(
    account: Account,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """设置网页登录密码：从终端输入两次，或从标准输入读一行 · Set the password for the pages"""
    from deployments.cli import registration  # noqa: PLC0415 - heavy, and other commands do not need it

    registration.password(data_dir, account)


def away(
    account: Account,
    first: Annotated[str, typer.Argument(metavar="FROM", help="离岗首日，如 2026-03-09 · first day")],
    last: Annotated[str | None, typer.Argument(metavar="TO", help="离岗末日（含），不填为另行通知 · last day")] = None,
    items: Items = [],  # noqa: B006 - typer reads it, nobody changes it
    application: Annotated[
        list[str], typer.Option(metavar="NUMBER", help="只限这些代办件，可多个 · only these applications")
    ] = [],  # noqa: B006 - typer reads it, nobody changes it
    backup: Backup = None,
    reason: Annotated[str | None, typer.Option(help="事由 · why")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记离岗：期间由B岗代行，不改派 · Be away; B acts meanwhile"""
    from deployments.cli import roster  # noqa: PLC0415 - heavy, and other commands do not need it

    period = (roster.day(first), roster.day(last) if last else None)
    roster.away(data_dir, account, period, items, application, backup, reason, as_json=as_json)


def back(
    account: Account,
    future: Annotated[bool, typer.Option("--future", help="计划中的离岗一并取消 · call off planned ones too")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """销假：今日起本人恢复履职 · Be back from today"""
    from deployments.cli import roster  # noqa: PLC0415 - heavy, and other commands do not need it

    roster.back(data_dir, account, future=future, as_json=as_json)


def absences(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """现在和将来的离岗 · Who is away, now and later"""
    from deployments.cli import roster  # noqa: PLC0415 - heavy, and other commands do not need it

    roster.absences(data_dir, as_json=as_json)


def fill(
    department: Annotated[str, typer.Argument(metavar="DEPARTMENT", help="部门代码，如 MSB")],
    principal: Annotated[str, typer.Option("--a", metavar="ACCOUNT", help="A岗 · principal")],
    manager: Annotated[str, typer.Option(metavar="ACCOUNT", help="AB岗均离岗时的负责人 · when both are away")],
    backup: Annotated[str | None, typer.Option("--b", metavar="ACCOUNT", help="B岗 · backup")] = None,
    item: Annotated[str, typer.Option(metavar="ITEM", help="事项代码；不填为该部门其余事项 · else all others")] = "",
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """设置部门岗位的AB岗 · Fill a department's post"""
    from deployments.cli import roster  # noqa: PLC0415 - heavy, and other commands do not need it

    roster.fill(data_dir, department, principal, backup, manager, item, as_json=as_json)


def posts(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """各岗位今日由谁履职 · Every post and who acts today"""
    from deployments.cli import roster  # noqa: PLC0415 - heavy, and other commands do not need it

    roster.posts_(data_dir, as_json=as_json)
