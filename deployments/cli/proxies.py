"""Commands of proxy handling (代办): engagements, alerts of slow progress, enquiries."""

from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir, Number

Reason = Annotated[str, typer.Option("--reason", help="说明 · why")]
By = Annotated[str, typer.Option("--by", metavar="ACCOUNT", help="以谁的名义 · in whose name")]
Enquiry = Annotated[int, typer.Argument(metavar="ID", help="咨询编号 · id of an enquiry")]


def alerts(
    every: Annotated[bool, typer.Option("--all", help="已答复的也列出 · those replied to as well")] = False,
    steward: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="只列某位项目管家的 · only this one's")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几条 · at most")] = 100,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """进展缓慢提醒和多次转交的咨询 · What is slow, and enquiries passed on again and again"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.alerts_(data_dir, steward, limit, every=every, as_json=as_json)


def reply(
    alert: Annotated[int, typer.Argument(metavar="ID", help="提醒编号 · id of an alert")],
    text: Annotated[str, typer.Argument(metavar="REPLY", help="答复：查明什么、怎么办 · what was found")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """答复一条提醒 · Reply to an alert"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.reply(data_dir, alert, text, as_json=as_json)


def ask(
    asker: Annotated[str, typer.Argument(metavar="ASKER", help="咨询人 · who asks")],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="咨询事项 · what")],
    by: By,
    number: Annotated[str | None, typer.Option(metavar="NUMBER", help="所涉代办件 · about which application")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记咨询：首问责任人为 --by · Take in an enquiry"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.ask(data_dir, asker, subject, by, number, as_json=as_json)


def offer(
    enquiry: Enquiry,
    to: Annotated[str, typer.Argument(metavar="ACCOUNT", help="移交给谁 · to whom")],
    by: By,
    reason: Annotated[str | None, typer.Option(help="理由 · why")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """提请移交；对方接受前责任不变 · Offer to hand over"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.offer(data_dir, enquiry, to, by, reason, as_json=as_json)


def accept(enquiry: Enquiry, by: By, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """接受移交 · Accept a hand-over"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.accept(data_dir, enquiry, by, as_json=as_json)


def decline(enquiry: Enquiry, by: By, reason: Reason, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """拒绝移交，退回原责任人 · Decline a hand-over"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.decline(data_dir, enquiry, by, reason, as_json=as_json)


def resolve(
    enquiry: Enquiry,
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="答复内容 · the answer")],
    by: By,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """答复办结咨询 · Resolve an enquiry"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.resolve(data_dir, enquiry, answer, by, as_json=as_json)


def enquiries(
    every: Annotated[bool, typer.Option("--all", help="已办结的也列出 · resolved ones as well")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """未办结的咨询及责任人 · Enquiries and who answers for them"""
    from deployments.cli import asking  # noqa: PLC0415 - heavy, and other commands do not need it

    asking.enquiries_(data_dir, every=every, as_json=as_json)


def engagement(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """申请人委托了什么、委托给谁、是否有效 · Show the engagement"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    entrusting.show(data_dir, number, as_json=as_json)


def sign(
    number: Number,
    reference: Annotated[str, typer.Option(help="委托书编号 · number of the power of attorney")],
    agent: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="代办员，不填则不变 · the agent")] = None,
    deputy: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="B岗代办员 · the deputy")] = None,
    item: Annotated[list[str], typer.Option(metavar="ITEM", help="委托事项，可多个 · items")] = [],  # noqa: B006
    stage: Annotated[list[str], typer.Option(metavar="STAGE", help="委托阶段，可多个 · stages")] = [],  # noqa: B006
    express: Annotated[
        list[str], typer.Option(metavar="VERB", help="明示授权：withdraw 撤回、commit 承诺，可多个")
    ] = [],  # noqa: B006
    exclude: Annotated[list[str], typer.Option(metavar="VERB", help="排除的行为，可多个 · excluded acts")] = [],  # noqa: B006
    valid_from: Annotated[str | None, typer.Option("--from", metavar="DAY", help="起始日，不填为今日")] = None,
    valid_until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="截止日（含）· last day")] = None,
    representative: Annotated[str | None, typer.Option(help="签署人（法定代表人）· who signed")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记新的委托书，取代原委托 · Record a new engagement"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    terms = entrusting.terms(item, stage, express, exclude, (valid_from, valid_until), representative, reference)
    entrusting.sign(data_dir, number, terms, agent, deputy, as_json=as_json)


def end(
    number: Number,
    because: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="revoked、expired、false_papers、fees_unpaid、conditions_unmet、project_cancelled、"
            "applicant_unresponsive 或 statutory",
        ),
    ],
    note: Annotated[str | None, typer.Option(help="说明 · note")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """撤销或终止委托 · End the engagement"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    entrusting.end(data_dir, number, because, note, as_json=as_json)


def suspend(
    number: Number,
    because: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="false_papers、fees_unpaid、conditions_unmet、applicant_unresponsive 或 statutory",
        ),
    ],
    note: Annotated[str, typer.Option(help="事实")],
    until: Annotated[str, typer.Option(help="恢复的条件，如 缴清图审费用")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """中止代办：条件满足前代办员不再代办 · Suspend proxy handling"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    entrusting.suspend(data_dir, number, because, note, until, as_json=as_json)


def resume(
    number: Number,
    note: Annotated[str, typer.Option(help="已满足的条件")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """恢复代办 · Let proxy handling go on"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    entrusting.resume(data_dir, number, note, as_json=as_json)


def remind(
    number: Number,
    how: Annotated[str, typer.Argument(metavar="HOW", help="如何催告、催告什么 · how, and of what")],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """记录对申请人的催告 · Record that the applicant was reminded"""
    from deployments.cli import entrusting  # noqa: PLC0415 - heavy, and other commands do not need it

    entrusting.remind(data_dir, number, how, as_json=as_json)
