"""What an agent hands in of an applicant in a procedure: a request for a hearing, a statement against a revocation."""

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from casework import queries, statements
from portal import examples
from portal.applications import ROOT, Number
from portal.authentication import InCharge
from portal.dependencies import Now, Session
from portal.documentation import answers, problems
from portal.errors import BodyTooLargeError, InvalidRequestError, NotAuthenticatedError
from portal.fields import Body, Name, Prose
from portal.joint_forms import ItemOf
from portal.rendering import json_answer
from rules import errors

router = APIRouter(
    prefix=f"{ROOT}/{{number}}/items/{{item}}",
    tags=["applications"],
    responses={
        **answers(examples.REPORT, queries.ApplicationReport),
        **problems(
            NotAuthenticatedError,
            errors.ForbiddenError,
            errors.NotAuthorisedError,
            errors.NotFoundError,
            errors.InvalidNumberError,
            errors.NotAllowedNowError,
            InvalidRequestError,
            BodyTooLargeError,
        ),
    },
)


class HearingRequest(Body):
    """Who asks for the hearing."""

    by: Name

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "开原市清河餐饮有限公司"}]})


class Statement(Body):
    """What the holder has to say, and who says it."""

    by: Name
    statement: Prose

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"by": "开原市清河餐饮有限公司", "statement": "取得许可时如实提交了全部材料"}]}
    )


@router.post("/hearing-request", summary="申请听证 · Ask for a hearing")
async def request_hearing(
    agent: InCharge, number: Number, item: ItemOf, request: HearingRequest, session: Session, now: Now
) -> Response:
    """Within five working days of being told (行政许可法 art. 47); the department must hold it within twenty."""
    await statements.request_hearing(session, number, item, by=request.by, actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))


@router.post("/statement", summary="陈述、申辩 · State a case against a revocation")
async def state_case(
    agent: InCharge, number: Number, item: ItemOf, said: Statement, session: Session, now: Now
) -> Response:
    """Before a permit is revoked its holder is heard (行政许可法 art. 69)."""
    given = {"statement": said.statement, "by": said.by}
    await statements.state_case(session, number, item, **given, actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
