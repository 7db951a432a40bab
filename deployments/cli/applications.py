"""Commands about applications (代办件): launch, look, and what an agent does to one under way."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir, Number


def launch(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="登记表（YAML 或 JSON），- 为标准输入 · intake form")],
    key: Annotated[str | None, typer.Option(help="幂等键：同一键只登记一次 · idempotency key")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记一个代办件，启动并联审批 · Launch an application"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.launch(data_dir, file, key, as_json=as_json)


def list_(
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="registered、in_approval、concluded 或 delivered")
    ] = None,
    waiting_on: Annotated[
        str | None, typer.Option(metavar="DEPARTMENT", help="正在等待的部门代码 · code of a department with work to do")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 · at most")] = 20,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """列出代办件，新的在前 · List applications, newest first"""
    from deployments.cli import lookup  # noqa: PLC0415 - heavy, and other commands do not need it

    lookup.list_(data_dir, status, waiting_on, limit, as_json=as_json)


def status(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """一个代办件的全貌：各部门进度、时限、时间轴 · Show one application"""
    from deployments.cli import lookup  # noqa: PLC0415 - heavy, and other commands do not need it

    lookup.status(data_dir, number, as_json=as_json)


def steps(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """步骤记录：谁在何时做了什么 · Show the recorded steps"""
    from deployments.cli import lookup  # noqa: PLC0415 - heavy, and other commands do not need it

    lookup.steps(data_dir, number, as_json=as_json)


def report(
    number: Number,
    milestone: Annotated[
        str, typer.Argument(metavar="MILESTONE", help="#START 开工、#DONE 竣工、#OPER 投产（# 可省）")
    ],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发生日期 · the day it happened")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """报告里程碑已到达，如开工 · Report that a milestone has been reached"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.report(data_dir, number, milestone, on.date() if on else None, as_json=as_json)


def supply(
    number: Number,
    materials: Annotated[list[str], typer.Argument(metavar="MATERIAL...", help="材料名称 · names of materials")],
    replace: Annotated[
        bool, typer.Option("--replace", help="更换已有材料，依据旧材料的决定重新审查 · replace those already there")
    ] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """收下申请人补交的材料 · Take in materials"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.supply(data_dir, number, materials, replace=replace, as_json=as_json)


def commit(
    number: Number,
    item: Annotated[str, typer.Option(metavar="ITEM", help="事项代码，如 E10 · code of the item")],
    signer: Annotated[str, typer.Option(metavar="NAME", help="申请人的签署人 · who signs for the applicant")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="承诺补齐的日期 · when the materials will be there")
    ] = None,
    material: Annotated[
        list[str] | None, typer.Option(help="承诺的材料，可重复；不填为全部可容缺材料 · what is committed to")
    ] = None,
    notified: Annotated[bool, typer.Option("--notified", help="告知承诺 · a promise, not a delay")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """签署容缺受理承诺或告知承诺 · Sign a commitment"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    day = until.date() if until else None
    agency.sign(data_dir, number, item, signer, day, material or [], notified=notified, as_json=as_json)


def resend(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """重新送达部门拒收或受阻的消息 · Send again what departments have not taken"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.resend(data_dir, number, as_json=as_json)


def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option(help="撤件理由 · why", prompt="撤件理由")],
    request: Annotated[
        str | None,
        typer.Option(help="申请人签字的撤件申请书编号；委托书有明示授权时可不填 · the applicant's signed request"),
    ] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """撤回代办件，各部门停止办理 · Withdraw an application"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.withdraw(data_dir, number, reason, request, as_json=as_json)


def cancellation(
    number: Number,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="事项代码 · code of the item")],
    reason: Annotated[str, typer.Option(help="注销理由 · why", prompt="注销理由")],
    by: Annotated[str, typer.Option(help="提出申请的被许可人 · the holder who asks")],
    request: Annotated[
        str | None,
        typer.Option(help="被许可人签字的注销申请书编号；委托书有明示授权时可不填 · the holder's signed request"),
    ] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """申请注销已准予的许可，由部门决定 · Ask for a granted permit to be struck off"""
    from deployments.cli import agency  # noqa: PLC0415 - heavy, and other commands do not need it

    agency.ask_cancellation(data_dir, number, item, reason, by, request, as_json=as_json)
