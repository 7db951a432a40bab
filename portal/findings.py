"""What detectors of false closing and dragging have found (假办结、拖而不办), for supervisors."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from casework import queries
from portal import after_examples
from portal.authentication import AsSupervisor
from portal.dependencies import Now, Session
from portal.documentation import answers, problems
from portal.errors import InvalidRequestError, NotAuthenticatedError
from portal.rendering import json_answer
from rules import errors

router = APIRouter(prefix="/api/v1/findings", tags=["findings"])


@router.get(
    "",
    summary="监督线索 · Findings, newest first",
    responses={
        **answers(after_examples.FINDINGS, queries.FindingLine, whole="findings"),
        **problems(InvalidRequestError, NotAuthenticatedError, errors.ForbiddenError),
    },
)
async def list_findings(
    _: AsSupervisor,
    session: Session,
    now: Now,
    days: Annotated[int, Query(ge=1, le=730, description="Natural days to look back")] = 30,
) -> Response:
    """What is unusual, with the recorded facts it rests on; a finding accuses nobody."""
    found = await queries.findings(session, days=days, now=now)
    return json_answer({"findings": [queries.as_json(each) for each in found]})
