"""Documents: whoever holds one can verify it, and fetch it as it was issued."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from casework import documents, queries
from portal import record_examples
from portal.dependencies import Session
from portal.documentation import answers, file_answer, problems
from portal.errors import InvalidRequestError
from portal.rendering import json_answer
from rules import errors
from rules.documents import check_document_number

router = APIRouter(prefix=documents.ROOT, tags=["documents"])


def well_written(number: Annotated[str, Path(description="`BZ-211282-20260302-00001-E04-01-9`")]) -> str:
    """Let a number through whose check character fits, so that a slip of the pen is told; that tells nothing else."""
    check_document_number(number)
    return number


Number = Annotated[str, Depends(well_written)]
Code = Annotated[str, Query(max_length=64, description="The check code printed on the document: `7K3M-9QXD-0TRW-4HZE`")]
_REFUSALS = problems(errors.NotFoundError, errors.InvalidNumberError, InvalidRequestError)


@router.get(
    "/{number}",
    summary="核验文书 · Verify a document",
    responses={**answers(record_examples.VERIFIED, documents.Verified), **_REFUSALS},
)
async def verify_document(number: Number, code: Code, session: Session) -> Response:
    """What the office issued under this number. Public; an unknown number and a wrong code are answered alike."""
    return json_answer(queries.as_json(await documents.verify(session, number, code)))


@router.get(
    "/{number}/pdf",
    summary="下载文书 · Fetch a document",
    response_class=Response,
    responses={
        **file_answer("%PDF-1.7", "application/pdf"),
        **_REFUSALS,
        **problems(errors.DocumentAlteredError),
    },
)
async def fetch_document(number: Number, code: Code, session: Session) -> Response:
    """The document as PDF/A, the same bytes each time; its attachment ``content.json`` has the SHA-256 verified."""
    pdf = await documents.load_pdf(session, number, code)
    # To be saved, not shown: our headers allow a page nothing, and some browsers apply that to their PDF viewer.
    headers = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)
