"""Whether this process lives, whether the office can work, and where to find what."""

from fastapi import APIRouter, Response

from casework.catalogs import newest
from models.migrate import outstanding_on
from portal import examples
from portal.dependencies import Session
from portal.documentation import answers, problems
from portal.errors import UnavailableError
from portal.rendering import json_answer
from rules.errors import CatalogNotLoadedError

router = APIRouter(tags=["health"])


@router.get("/api/v1", summary="索引 · Index", responses=answers(examples.INDEX))
async def show_index() -> Response:
    """Where to find what."""
    return json_answer(examples.INDEX)


@router.get("/healthz", summary="进程存活 · Alive", responses=answers({"status": "ok"}))
async def show_health() -> Response:
    """This process answers; nothing else is asked."""
    return json_answer({"status": "ok"})


@router.get(
    "/readyz",
    summary="可以工作 · Ready",
    responses={**answers(examples.READY), **problems(UnavailableError, CatalogNotLoadedError)},
)
async def show_readiness(session: Session) -> Response:
    """The database answers, its tables are the newest, and a catalog is published."""
    connection = await session.connection()
    missing = await connection.run_sync(outstanding_on)
    if missing is not None:
        raise UnavailableError("数据库表结构不是最新，请运行 daiban database upgrade", missing=missing)
    version, _ = await newest(session)
    return json_answer({"status": "ready", "catalog_version": version})
