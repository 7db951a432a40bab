"""The portal's pages for people: server-rendered, Chinese first, usable without scripts."""

from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from portal.pages import applications, entrance, inbox, verification
from portal.pages.rendering import STATIC

_ROUTERS: Final = (entrance.router, inbox.router, applications.router, verification.router)


def install(app: FastAPI) -> None:
    """Add the pages and what they load; none of it is part of the described API."""
    for router in _ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount(STATIC, StaticFiles(directory=str(files("portal.pages") / "static")), name="static")
