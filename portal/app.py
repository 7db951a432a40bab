"""The portal: the office's open door, a JSON API over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit.database import dispose_engine
from portal import (
    applicants,
    applications,
    appointments,
    assignments,
    catalog,
    commitments,
    complaints,
    dispatching,
    documents,
    explanations,
    files,
    filings,
    findings,
    handing,
    health,
    inbox,
    joint,
    opinions,
    pages,
    problems,
    proxying,
    rosters,
    statements,
    supervision,
    tracking,
)
from portal.documentation import document
from portal.traffic import Traffic


def create_app() -> FastAPI:
    """Build the application; nothing is opened before the first request."""
    app = FastAPI(
        title="Daiban 代办",
        summary="并联审批代办接口 · API of parallel government approvals",
        version="1",
        # The interactive pages load their scripts from a foreign host.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    for each in (
        health,
        applications,
        joint,
        proxying,
        rosters,
        assignments,
        dispatching,
        inbox,
        opinions,
        documents,
        files,
        filings,
        catalog,
        explanations,
        commitments,
        applicants,
        appointments,
        statements,
        handing,
        tracking,
        complaints,
        findings,
        supervision,
    ):
        app.include_router(each.router)
    app.include_router(files.for_departments)
    pages.install(app)
    problems.install(app)
    document(app)
    app.add_middleware(Traffic)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.live.close()
    await dispose_engine()
