"""Commands after the decision: deliveries with their evidence, the applicant's receipt and code, closing."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir, Number

Item = Annotated[str, typer.Argument(metavar="ITEM", help="事项代码，如 E01")]


def send(
    number: Number,
    item: Item,
    tracking_number: Annotated[str | None, typer.Option("--letter", help="邮寄单号 · tracking number")] = None,
    carrier: Annotated[str | None, typer.Option(help="承运人 · carrier")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """寄出结果，或者交代办员转交 · Post a result, or give it to the agent"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.send(data_dir, number, item, _given(tracking_number=tracking_number, carrier=carrier), as_json=as_json)


def deliver(
    number: Number,
    item: Item,
    signer: Annotated[str | None, typer.Option(help="签收人 · who signed")] = None,
    sheet: Annotated[str | None, typer.Option(help="结果移交单编号 · hand-over sheet")] = None,
    tracking_number: Annotated[str | None, typer.Option("--letter", help="邮寄单号 · tracking number")] = None,
    delivered_on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="承运人签收日期")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记送达及其凭证 · Record that a result has arrived, with its evidence"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    on = delivered_on.date().isoformat() if delivered_on else None
    evidence = _given(signer=signer, sheet=sheet, tracking_number=tracking_number, delivered_on=on)
    afterwards.deliver(data_dir, number, item, evidence, as_json=as_json)


def fail(
    number: Number,
    item: Item,
    reason: Annotated[str, typer.Option(help="为何未能送达 · why")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记未能送达 · Record that a result came back"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.fail(data_dir, number, item, reason, as_json=as_json)


def retry(
    number: Number,
    item: Item,
    by: Annotated[str, typer.Option(help="window 窗口、post 邮寄、agent 代办员转交、online 网上")],
    address: Annotated[str | None, typer.Option(help="邮寄地址 · address")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """改用其他方式再次送达 · Try another way"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.retry(data_dir, number, item, by, address, as_json=as_json)


def confirm(
    number: Number,
    receipt: Annotated[str, typer.Option(help="申请人签收的送达回证编号 · receipt the applicant has signed")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """代交申请人签收的送达回证 · Hand in the applicant's signed receipt"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.confirm(data_dir, number, receipt, as_json=as_json)


def close(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """结案；有未了事项的不予结案并记录在案 · Close, unless something is open"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.close(data_dir, number, as_json=as_json)


def code(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """换发申请人的查询码 · Issue a new tracking code for the applicant"""
    from deployments.cli import afterwards  # noqa: PLC0415 - heavy, and other commands do not need it

    afterwards.issue_code(data_dir, number, as_json=as_json)


def _given(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}
