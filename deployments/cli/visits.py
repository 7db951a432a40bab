"""Commands about priority and appointments (绿色通道、预约)."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir

_NUMBER = typer.Argument(metavar="NUMBER", help="代办件编号")
_SERIAL = typer.Argument(metavar="SERIAL", help="第几次预约", min=1)
_PURPOSES = "consultation 咨询辅导、in_person 本人到场办理、delivery 领取结果、on_site 上门服务"
_ANSWERS = "confirmed 确认、declined 改约、cancelled 取消、kept 到场、missed 未到场"


def green(
    number: Annotated[str, _NUMBER],
    reason: Annotated[str, typer.Option(help="理由")],
    authority: Annotated[str | None, typer.Option(help="决定机关，如 开原市人民政府")] = None,
    document: Annotated[str | None, typer.Option(help="决定的文号")] = None,
    end: Annotated[bool, typer.Option("--end", help="退出绿色通道 · go in its turn again")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """绿色通道：在各部门优先办理，法定程序不变 · Let an application go first, or (--end) in its turn again"""
    from deployments.cli import visiting  # noqa: PLC0415 - heavy, and other commands do not need it

    if not end and (authority is None or document is None):
        raise typer.BadParameter("须写明决定机关 --authority 和文号 --document", param_hint="--authority")
    visiting.green(data_dir, number, reason, authority or "", document or "", end=end, as_json=as_json)


def book(
    number: Annotated[str, _NUMBER],
    at: Annotated[datetime, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="时间（北京时间），如 2026-03-04T10:00")],
    purpose: Annotated[str, typer.Option(help=_PURPOSES)],
    visitor: Annotated[str, typer.Option(help="到场或者接待的人")],
    item: Annotated[str | None, typer.Option(help="事项代码")] = None,
    department: Annotated[str | None, typer.Option(help="部门代码（不写事项时）")] = None,
    place: Annotated[str, typer.Option(help="地点")] = "",
    note: Annotated[str, typer.Option(help="备注")] = "",
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """预约部门：到场办理、咨询、领取结果或上门服务 · Ask a department for a time"""
    from deployments.cli import visiting  # noqa: PLC0415 - heavy, and other commands do not need it

    wanted = {"item": item, "department": department, "place": place, "note": note, "visitor": visitor}
    visiting.book(data_dir, number, at, purpose, wanted, as_json=as_json)


def answer(
    number: Annotated[str, _NUMBER],
    serial: Annotated[int, _SERIAL],
    status: Annotated[str, typer.Argument(metavar="STATUS", help=_ANSWERS)],
    department: Annotated[str | None, typer.Option("--as", help="代表哪个部门答复（确认、改约须写明）")] = None,
    reason: Annotated[str | None, typer.Option(help="原因")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """答复或登记预约：确认、改约、取消、到场、未到场 · Say what becomes of an appointment"""
    from deployments.cli import visiting  # noqa: PLC0415 - heavy, and other commands do not need it

    visiting.answer(data_dir, number, serial, status, department, reason, as_json=as_json)


def attend(
    number: Annotated[str, _NUMBER],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="须本人到场的事项代码")],
    visitor: Annotated[str, typer.Option(help="到场的申请人")],
    department: Annotated[str, typer.Option("--as", help="代表哪个部门登记")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记申请人未经预约本人到场 · Record that the applicant came in person, without an appointment"""
    from deployments.cli import visiting  # noqa: PLC0415 - heavy, and other commands do not need it

    visiting.attend(data_dir, number, item, visitor, department, as_json=as_json)


def list_(
    number: Annotated[str | None, typer.Option(help="某一代办件 · of one application")] = None,
    department: Annotated[str | None, typer.Option(help="某一部门 · of one department")] = None,
    everything: Annotated[bool, typer.Option("--all", help="包括已结束的 · also those that are over")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 · at most")] = 50,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """预约清单 · List appointments by their times"""
    from deployments.cli import visiting  # noqa: PLC0415 - heavy, and other commands do not need it

    visiting.list_(data_dir, number, department, limit, standing=not everything, as_json=as_json)
