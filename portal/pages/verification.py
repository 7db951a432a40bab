"""Verify a document by its number and check code; open to whoever holds one."""

from fastapi import APIRouter, Request, Response

from casework import documents
from portal.dependencies import Session
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, Somebody
from rules.documents import check_document_number
from rules.errors import DaibanError, InvalidNumberError, NotFoundError

router = APIRouter(prefix="/verify", route_class=PageRoute)


@router.get("")
async def show_verification(
    request: Request, seen: Somebody, session: Session, number: str = "", code: str = ""
) -> Response:
    """Tell what the office issued under a number, to who knows its check code."""
    found = None
    why: DaibanError | None = None
    number, code = number.strip(), code.strip()[:64]
    if number and code:
        try:
            check_document_number(number)
            found = await documents.verify(session, number, code)
        except (InvalidNumberError, NotFoundError) as error:
            why = error
    return page(request, "verify.html", seen, number=number, code=code, found=found, why=why)
