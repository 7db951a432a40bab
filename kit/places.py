"""A place in the worker, which a run gives back while it only waits for somebody outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_leave: ContextVar[Callable[[], None] | None] = ContextVar("leave", default=None)


@contextmanager
def held(leave: Callable[[], None]) -> Iterator[None]:
    """Say how the place of what runs inside is given back; ``leave`` is called once at most."""
    token = _leave.set(leave)
    try:
        yield
    finally:
        _leave.reset(token)


def leave() -> None:
    """Give the place back, if there is one. Safe to repeat; what is left to do goes on without a place."""
    if (given := _leave.get()) is not None:
        _leave.set(None)
        given()
