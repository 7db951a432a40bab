"""Serve the portal over HTTP."""

from typing import Final

import uvicorn

from kit.settings import settings
from portal.app import create_app

#: Requests under way get so long to end when the process is asked to stop.
_GRACE_SECONDS: Final = 10


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first.

    The sender's address is the one that connects, unless that is a proxy we trust: what a request says of itself in
    forwarding headers is believed of nobody else.
    """
    proxies = settings().trusted_proxies
    config = uvicorn.Config(
        create_app(),
        host,
        port,
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    uvicorn.Server(config).run()
