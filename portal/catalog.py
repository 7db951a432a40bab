"""The published catalog: what may be applied for."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from casework import queries
from portal import examples, record_examples
from portal.dependencies import Session
from portal.documentation import answers, problems
from portal.errors import InvalidRequestError
from portal.rendering import json_answer
from rules.errors import CatalogNotLoadedError

router = APIRouter(prefix="/api/v1/catalog", tags=["catalog"])


@router.get(
    "/journeys",
    summary="办事情形 · Journeys, their questions and items",
    responses={**answers(examples.CATALOG, queries.CatalogForm), **problems(CatalogNotLoadedError)},
)
async def list_journeys(session: Session) -> Response:
    """The newest catalog version, as a client needs it to build an intake form. Public, as the catalog is."""
    return json_answer(queries.as_json(await queries.catalog_form(session)))


@router.get(
    "/calendar/{year}",
    summary="工作日历 · A year's working days",
    responses={**answers(record_examples.YEAR, queries.CalendarYear), **problems(InvalidRequestError)},
)
async def show_year(year: Annotated[int, Path(ge=2004, le=2098)], session: Session) -> Response:
    """The days on which the legal limits run, and the documents they rest on. Public, as the calendar is."""
    return json_answer(queries.as_json(await queries.calendar_year(session, year)))
