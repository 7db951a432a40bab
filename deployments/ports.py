"""Ports of the local stack: the usual ones when free, others when not, the same ones after a restart."""

import socket
import time
from collections.abc import Mapping

from deployments.stack_state import StackError
from kit.clock import monotonic

USUAL_PORTS: Mapping[str, int] = {"portal": 8400, "prefect": 4200, "departments": 8500}
_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 5.0


def choose_ports(asked: Mapping[str, int], remembered: Mapping[str, int]) -> dict[str, int]:
    """Decide the port of each server: the one asked for, else the one it had, else the usual or any free one.

    Asking for port 0 means: if none is remembered, any free one. Raises StackError when a port asked for or remembered
    stays taken for five seconds.
    """
    unknown = set(asked) - set(USUAL_PORTS)
    if unknown:
        raise StackError(f"no server of the stack is called {', '.join(sorted(unknown))}: {', '.join(USUAL_PORTS)}")
    chosen: dict[str, int] = {}
    held: list[socket.socket] = []
    try:
        for name, usual in USUAL_PORTS.items():
            wanted = asked.get(name) or remembered.get(name)
            listener = _take(name, wanted) if wanted else _take_free(asked.get(name, usual))
            held.append(listener)  # until all are chosen, so that no two get the same
            chosen[name] = listener.getsockname()[1]
    finally:
        for listener in held:
            listener.close()
    return chosen


def _take(name: str, port: int) -> socket.socket:
    limit = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _listener(port)
        except OSError as error:
            if monotonic() > limit:
                message = (
                    f"port {port} of {name} is taken by another program ({error}): end it, or choose another port; "
                    "links and departments know this one"
                )
                raise StackError(message) from error
            time.sleep(0.1)


def _take_free(preferred: int) -> socket.socket:
    try:
        return _listener(preferred)
    except OSError:
        return _listener(0)


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # As the servers do it: connections of the last run that are still closing do not count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
