"""Commands about applicants: what they are called from when on."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir

_CREDIT_CODE = typer.Argument(metavar="CREDIT_CODE", help="申请人统一社会信用代码")


def change(
    credit_code: Annotated[str, _CREDIT_CODE],
    name: Annotated[str, typer.Option(help="变更后的名称")],
    document: Annotated[str, typer.Option(help="变更登记的文号")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="变更登记的日期")],
    kind: Annotated[str | None, typer.Option(help="变更后的类型，如 有限责任公司（个转企）")] = None,
    former_kind: Annotated[str | None, typer.Option(help="变更前的类型（尚无记录时），如 个体工商户")] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """登记申请人变更：代码不变，在办事项和承诺继续 · Record that an applicant has changed"""
    from deployments.cli import parties  # noqa: PLC0415 - heavy, and other commands do not need it
    from rules.acts.party import PartyChange  # noqa: PLC0415 - the same

    change = PartyChange(name, document, on.date(), kind, former_kind)
    parties.change(data_dir, credit_code, change, as_json=as_json)


def versions(credit_code: Annotated[str, _CREDIT_CODE], data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """申请人沿革 · List what an applicant has been called"""
    from deployments.cli import parties  # noqa: PLC0415 - heavy, and other commands do not need it

    parties.versions(data_dir, credit_code, as_json=as_json)
