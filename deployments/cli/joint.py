"""Commands of joint handling: items added and dropped, joint sessions, those still at work."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir, Number

Reason = Annotated[str, typer.Option(help="理由 · why", prompt="理由")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="事项代码，如 P11 · code of an item")]
Serial = Annotated[int, typer.Argument(metavar="SESSION", min=1, help="第几次 · number of the session")]
AskedBy = Annotated[str | None, typer.Option(metavar="DEPARTMENT", help="提出的部门 · department that asked for it")]


def add(
    number: Number,
    item: Item,
    reason: Reason,
    edge: Annotated[
        list[str] | None,
        typer.Option(metavar="BEFORE:AFTER:KIND", help="前置关系，如 P11:B02:H；不给则按办事情形 · edges"),
    ] = None,
    stage: Annotated[str | None, typer.Option(help="阶段代码 · stage")] = None,
    optional: Annotated[bool, typer.Option("--optional", help="非必办 · not required")] = False,
    asked_by: AskedBy = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """办理中增加事项 · Add an item found to be needed"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    form = {"action": "add", "item": item, "reason": reason, "stage": stage, "required": not optional}
    edges = [tuple(each.split(":")) for each in edge] if edge else None
    joint_acts.revise(data_dir, number, {**form, "edges": edges, "asked_by": asked_by}, as_json=as_json)


def drop(
    number: Number,
    item: Item,
    reason: Reason,
    asked_by: AskedBy = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """移出不再适用的事项 · Drop an item that no longer applies"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    form = {"action": "drop", "item": item, "reason": reason, "asked_by": asked_by}
    joint_acts.revise(data_dir, number, form, as_json=as_json)


def again(
    number: Number,
    item: Item,
    reason: Reason,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """就未获准的事项再次申请，其余继续 · Apply again for a refused item"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    joint_acts.apply_again(data_dir, number, item, reason, as_json=as_json)


def siblings(
    number: Number,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="continue 继续办理，或 cancel 终止办理")],
    reason: Reason,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """结果已定，决定其余事项是否继续 · Decide on those still at work"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    joint_acts.decide(data_dir, number, {"decision": decision, "reason": reason}, as_json=as_json)


def schedule(
    number: Number,
    kind: Annotated[str, typer.Option(help="review 联合审查，或 inspection 联合踏勘")],
    stage: Annotated[str, typer.Option(help="阶段代码 · stage")],
    item: Annotated[list[str], typer.Option(metavar="ITEM", help="事项代码，可多次 · items")],
    at: Annotated[datetime, typer.Option(help="何时（北京时间） · when", formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])],
    guest: Annotated[list[str] | None, typer.Option(metavar="DEPARTMENT", help="另邀部门 · guests")] = None,
    place: Annotated[str, typer.Option(help="何地 · where")] = "",
    agenda: Annotated[str, typer.Option(help="议程 · what about")] = "",
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """安排联合审查或联合踏勘，各部门只通知一次 · Summon departments together"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    form = {"kind": kind, "stage": stage, "items": item, "guests": guest or [], "place": place, "agenda": agenda}
    joint_acts.schedule(data_dir, number, form, at, as_json=as_json)


def hold(
    number: Number,
    session: Serial,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="记录（YAML 或 JSON）：held_at、minutes、attendance、conclusions")
    ],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """记录联合审查或联合踏勘的到场人员与结论 · Record what came of a session"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    joint_acts.hold(data_dir, number, session, file, as_json=as_json)


def cancel(
    number: Number, session: Serial, reason: Reason, data_dir: DataDir = DATA_DIR, as_json: AsJson = False
) -> None:
    """取消联合审查或联合踏勘 · Call a session off"""
    from deployments.cli import joint_acts  # noqa: PLC0415 - heavy, and other commands do not need it

    joint_acts.cancel(data_dir, number, session, reason, as_json=as_json)
