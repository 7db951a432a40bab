"""What the ``type`` of a problem document points to."""

from fastapi import APIRouter, Response

from portal import examples
from portal.documentation import answers, problems
from portal.problems import BY_CODE, STATUS, title
from portal.rendering import json_answer
from rules.errors import NotFoundError

router = APIRouter(tags=["problems"])


@router.get(
    "/problems/{code}",
    summary="说明一种错误 · Explain a kind of problem",
    responses={**answers(examples.EXPLANATION), **problems(NotFoundError)},
)
async def explain(code: str) -> Response:
    """Say what a kind of problem means, and with which status it comes."""
    kind = BY_CODE.get(code)
    if kind is None:
        raise NotFoundError(f"没有错误代码 {code}", wanted=code)
    return json_answer({"code": code, "status": STATUS[kind].value, "explanation": title(kind)})
