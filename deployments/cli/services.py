"""Commands that run one process of the office until it is told to stop."""

from pathlib import Path
from typing import Annotated

import typer


def worker() -> None:
    """执行流程并向 Prefect 中继 · Run flows and relay to Prefect"""
    from deployments.service import run_worker_and_relay  # noqa: PLC0415 - importing Prefect takes two seconds
    from kit.logs import configure_logs  # noqa: PLC0415 - `daiban --help` needs none of this

    configure_logs("worker")
    run_worker_and_relay()


def portal() -> None:
    """对外服务 · Serve the portal's API"""
    from kit.logs import configure_logs  # noqa: PLC0415 - `daiban --help` needs none of this
    from kit.settings import settings  # noqa: PLC0415
    from portal.server import serve  # noqa: PLC0415 - other commands do not need FastAPI

    configure_logs("portal")
    serve(settings().portal_host, settings().portal_port)


def serve_departments(
    port: Annotated[int, typer.Option(help="端口 · port on 127.0.0.1")],
    config: Annotated[Path | None, typer.Option(help="行为文件 · behaviours (YAML)")] = None,
    data: Annotated[Path | None, typer.Option(help="数据文件 · SQLite file")] = None,
    portal_url: Annotated[str | None, typer.Option(help="回调的门户地址 · portal called back")] = None,
) -> None:
    """参考部门系统 · Reference system that plays every department"""
    from deployments.reference_department.server import serve  # noqa: PLC0415 - other commands do not need it
    from kit.logs import configure_logs  # noqa: PLC0415
    from kit.settings import settings  # noqa: PLC0415

    configure_logs("departments")
    serve("127.0.0.1", port, config, data or settings().data_dir / "departments.sqlite", portal_url)
