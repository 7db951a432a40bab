"""Commands for those who see to it that assignments reach departments: outbox, endpoints, contradicting decisions."""

from typing import Annotated
from uuid import UUID

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir

MessageId = Annotated[UUID, typer.Argument(metavar="MESSAGE", help="消息编号，见 daiban outbox list")]
Reason = Annotated[str, typer.Option(help="理由，记入步骤 · why, recorded as a step", prompt="理由")]
OfDepartment = Annotated[str | None, typer.Option(metavar="CODE", help="部门代码 · only this department")]


def list_(
    department: OfDepartment = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几条 · at most")] = 50,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """未送达部门的消息，旧的在前 · List messages that did not get through, oldest first"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.list_stuck(data_dir, department, limit, as_json=as_json)


def retry(
    reason: Reason,
    messages: Annotated[list[UUID] | None, typer.Argument(metavar="[MESSAGE]...")] = None,
    department: OfDepartment = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """立即重新送达：列出的消息，或一个部门的全部 · Send messages again, or all of a department"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.retry(data_dir, messages or [], department, reason, as_json=as_json)


def discard(message: MessageId, reason: Reason, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """作废一条消息，不再送达（派件不得作废） · Give a message up"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.discard(data_dir, message, reason, as_json=as_json)


def health(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """各部门系统的状态：积压、最早未送达、最近错误 · Show how the departments' endpoints are"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.health(data_dir, as_json=as_json)


def channel(
    assignment: Annotated[UUID, typer.Argument(metavar="ASSIGNMENT", help="部门任务编号")],
    to: Annotated[
        str, typer.Argument(metavar="inbox|own", help="收件箱，或部门自己的渠道 · inbox, or its own channel")
    ],
    reason: Reason,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """把一个任务改由收件箱办理，或改回 · Let one assignment go by the inbox, or by its own channel again"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.choose_channel(data_dir, assignment, to, reason, as_json=as_json)


def conflicts(
    resolved: Annotated[bool, typer.Option("--resolved", help="含已处理的 · also those resolved")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 · at most")] = 50,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """与已有决定不一致的决定 · List decisions that contradict the recorded one"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.conflicts(data_dir, limit, resolved=resolved, as_json=as_json)


def resolve(
    conflict: Annotated[int, typer.Argument(metavar="ID", min=1)],
    outcome: Annotated[str, typer.Option(help="stands 原决定有效，referred 移送部门依法处理")],
    reason: Reason,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """处理一件不一致的决定 · Resolve a contradiction"""
    from deployments.cli import sending  # noqa: PLC0415 - heavy, and other commands do not need it

    sending.resolve(data_dir, conflict, outcome, reason, as_json=as_json)
