"""Commands for managers: refusal filings, and bars on applying again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir


def filings(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 · at most")] = 20,
    before: Annotated[str | None, typer.Option(metavar="NUMBER", help="此备案编号之前的 · filed before")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """否定备案：每个否定决定的经办人、审批人与理由 · List refusal filings, newest first"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.filings(data_dir, limit, before, as_json=as_json)


def findings(
    days: Annotated[int, typer.Option(min=1, max=730, help="回看多少天 · days to look back")] = 30,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """监督线索：疑似假办结、拖而不办的事实 · List what is unusual, with the facts it rests on"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.findings(data_dir, days, as_json=as_json)


def supervised(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 · at most")] = 200,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """督办清单：超过法定时限的事项督办到哪一步、谁应在何时答复 · List overdue assignments under supervision"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.supervised(data_dir, limit, as_json=as_json)


def daily(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天，默认今天 · which day")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """日报：当日收件、受理、决定、超期，各部门在办与在等谁 · Show the daily report"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.daily(data_dir, day.date() if day else None, as_json=as_json)


def refer(
    assignment: Annotated[UUID, typer.Argument(metavar="ASSIGNMENT", help="部门任务编号，见 daiban supervised")],
    to: Annotated[str, typer.Option(help="移送何处，如 开原市纪委监委")],
    document: Annotated[str, typer.Option(help="移送文书的文号")],
    reason: Annotated[str, typer.Option(help="移送理由")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记移送：各级督办均无果时由人决定 · Record that an overdue assignment has been referred"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.refer(data_dir, assignment, to, document, reason, as_json=as_json)


def ban(
    credit_code: Annotated[str, typer.Argument(metavar="CREDIT_CODE", help="申请人统一社会信用代码")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="涉及公共安全等的事项代码，如 E10")],
    because: Annotated[str, typer.Option(help="false_papers 提供虚假材料（一年），deception 骗取许可（三年）")],
    decided_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="部门决定的日期")],
    document: Annotated[str, typer.Option(help="部门决定的文号")],
    reason: Annotated[str, typer.Option(help="事实与理由")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记限制再次申请（行政许可法第七十八、七十九条）· Bar an applicant from applying again"""
    from deployments.cli import supervision  # noqa: PLC0415 - heavy, and other commands do not need it

    supervision.ban(data_dir, credit_code, item, because, decided_on.date(), document, reason, as_json=as_json)
