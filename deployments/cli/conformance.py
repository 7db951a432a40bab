"""The command that examines a department's endpoint."""

import asyncio
from typing import Annotated

import typer

from deployments.cli.options import AsJson


def check(
    url: Annotated[str, typer.Argument(help="部门系统的地址，如 http://127.0.0.1:8500/HCB · the endpoint")],
    department: Annotated[
        str | None, typer.Option(help="部门代码，不写则取地址末段 · code, by default the end of the address")
    ] = None,
    secret_ref: Annotated[
        str | None, typer.Option(help="密钥所在：env:变量名 或 file:路径；不写则取密钥文件夹 · where the secret is")
    ] = None,
    callback_host: Annotated[str, typer.Option(help="在此地址监听回调 · listen for callbacks")] = "127.0.0.1",
    callback_port: Annotated[int, typer.Option(help="回调端口，0 为任意 · port, 0 for any")] = 0,
    callback_url: Annotated[
        str | None, typer.Option(help="部门系统访问回调的地址，在代理之后时写 · as the department reaches it")
    ] = None,
    wait: Annotated[float, typer.Option(help="等回调的秒数，0 不查 · seconds to wait for callbacks")] = 180.0,
    as_json: AsJson = False,
) -> None:
    """逐项检查部门系统是否合乎协议，说明问题与办法 · Examine a department's endpoint"""
    from deployments.cli.output import console, print_json  # noqa: PLC0415 - heavy, and other commands do not need it
    from deployments.conformance import running  # noqa: PLC0415
    from deployments.conformance.secret_references import secret_of  # noqa: PLC0415
    from deployments.conformance.sender import Target  # noqa: PLC0415

    code = department or url.rstrip("/").rpartition("/")[2]
    target = Target(url, code, secret_of(secret_ref, code))
    examined = running.examine(
        target, host=callback_host, port=callback_port, callback_url=callback_url, wait_seconds=wait
    )
    findings = asyncio.run(examined)
    if as_json:
        print_json(running.as_json(target, findings))
    else:
        running.report(target, findings, console())
    if not running.is_well(findings):
        raise typer.Exit(1)
