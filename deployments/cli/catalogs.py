"""Commands about catalogs (事项清单)."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="清单文件夹，如 catalog/kaiyuan · a catalog's folder")]


def check(folder: Folder, as_json: AsJson = False) -> None:
    """检查清单文件夹，列出全部问题 · Check a catalog's folder"""
    from deployments.cli import publishing  # noqa: PLC0415 - heavy, and other commands do not need it

    publishing.check(folder, as_json=as_json)


def load(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查与比较，不发布 · publish nothing")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """检查并发布为新版本；已受理的事项沿用原规定 · Publish a catalog as a new version"""
    from deployments.cli import publishing  # noqa: PLC0415 - heavy, and other commands do not need it

    publishing.load(data_dir, folder, dry_run=dry_run, as_json=as_json)
