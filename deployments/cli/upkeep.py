"""Commands for those who run an installation: audit, migrations, deployment, settings, doctor."""

from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir


def verify(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """核对全部步骤记录的哈希链 · Verify every hash chain"""
    from deployments.cli import maintenance  # noqa: PLC0415 - heavy, and other commands do not need it

    maintenance.verify(data_dir, as_json=as_json)


def upgrade(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """把数据表升级到当前版本，可重复执行 · Run outstanding migrations"""
    from deployments.cli import maintenance  # noqa: PLC0415 - heavy, and other commands do not need it

    maintenance.upgrade(data_dir, as_json=as_json)


def deploy(data_dir: DataDir = DATA_DIR) -> None:
    """在 Prefect 登记工作池、部署与计划，可重复执行 · Configure the Prefect server"""
    from deployments.cli import maintenance  # noqa: PLC0415 - heavy, and other commands do not need it

    maintenance.deploy(data_dir)


def settings(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="输出 Markdown 表 · print a Markdown table")] = False,
) -> None:
    """全部设置及其现值 · Every setting, its default and its meaning"""
    from deployments.cli import maintenance  # noqa: PLC0415 - heavy, and other commands do not need it

    maintenance.show_settings(as_json=as_json, markdown=markdown)


def doctor(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """体检：逐项检查运行环境，说明问题与办法 · Check the installation"""
    from deployments.doctor import examination  # noqa: PLC0415 - heavy, and other commands do not need it

    examination.run(data_dir, as_json=as_json)
