"""Refusal filings (否定备案), for those who watch over negative decisions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from casework import queries
from portal import examples
from portal.authentication import AsManager
from portal.dependencies import Session
from portal.documentation import answers, problems
from portal.errors import InvalidRequestError, NotAuthenticatedError
from portal.rendering import json_answer
from rules import errors

ROOT = "/api/v1/refusal-filings"
router = APIRouter(prefix=ROOT, tags=["refusal filings"])


@router.get(
    "",
    summary="否定备案 · Refusal filings, newest first",
    responses={
        **answers(examples.FILINGS, queries.Filing, page="filings"),
        **problems(
            InvalidRequestError,
            NotAuthenticatedError,
            errors.ForbiddenError,
            errors.NotFoundError,
            errors.InvalidNumberError,
        ),
    },
)
async def list_filings(
    _: AsManager,
    session: Session,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(description="Number of the last filing of the page before")] = None,
) -> Response:
    """Every negative decision with the two people behind it; ``next`` is the address of the following page, or null."""
    found = await queries.filings(session, limit=limit + 1, before=before)
    page = found[:limit]
    following = f"{ROOT}?limit={limit}&before={page[-1].number}" if len(found) > limit else None
    return json_answer({"filings": [queries.as_json(filing) for filing in page], "next": following})
