"""The portal's pages for people: server-rendered, Chinese first, usable without scripts."""

from importlib.resources import files
from typing import Final

from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from portal.pages import (
    absences,
    admin_channels,
    admin_deeds,
    admin_people,
    admin_publishing,
    applicant,
    applicant_forms,
    applications,
    appointments,
    boards,
    daily,
    desk,
    desk_intake,
    engagement,
    enquiring,
    entrance,
    inbox,
    inbox_batch,
    inbox_filters,
    joint,
    notifications,
    oidc,
    party,
    sending,
    supervision,
    verification,
)
from portal.pages.live import Live
from portal.pages.rendering import STATIC

_ROUTERS: Final = (
    entrance.router,
    inbox_filters.router,
    inbox_batch.router,
    inbox.router,
    engagement.router,
    joint.router,
    applications.router,
    absences.router,
    enquiring.router,
    desk.router,
    desk_intake.router,
    verification.router,
    party.router,
    applicant.router,
    applicant_forms.uploads,
    notifications.router,
    appointments.router,
    oidc.router,
    admin_people.router,
    admin_channels.router,
    admin_publishing.router,
    admin_deeds.router,
    boards.router,
    daily.router,
    supervision.router,
    sending.router,
)


class _Assets(StaticFiles):
    """Files whose address changes with their content, so that a browser need never ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def install(app: FastAPI) -> None:
    """Add the pages and what they load; none of it is part of the described API."""
    app.state.live = Live()
    for router in _ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount(STATIC, _Assets(directory=str(files("portal.pages") / "static")), name="static")
