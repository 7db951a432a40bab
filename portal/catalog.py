"""The published catalog: what may be applied for."""

from fastapi import APIRouter, Response

from casework import queries
from portal import examples
from portal.dependencies import Session
from portal.documentation import answers, problems
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
