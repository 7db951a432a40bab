"""Serve the portal over HTTP."""

from types import FrameType
from typing import Final

import uvicorn

from kit.settings import settings
from portal.app import create_app
from portal.pages.live import Live

#: Requests under way get so long to end when the process is asked to stop.
_GRACE_SECONDS: Final = 10


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first.

    The sender's address is the one that connects, unless that is a proxy we trust: what a request says of itself in
    forwarding headers is believed of nobody else.
    """
    proxies = settings().trusted_proxies
    app = create_app()
    config = uvicorn.Config(
        app,
        host,
        port,
        log_config=None,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    _Server(config, app.state.live).run()


class _Server(uvicorn.Server):
    """Waits for requests under way, but not for streams, which would never end by themselves."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._live.leave()
        super().handle_exit(sig, frame)
