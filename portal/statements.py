"""What an agent hands in of an applicant in a procedure: a request for a hearing, a statement against a revocation,
a request to strike a permit off."""

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


class CancellationRequest(Body):
    """Who wants the permit struck off, and why."""

    by: Name
    reason: Prose
    #: The request that the holder has signed; none where the engagement gives express authority to withdraw.
    applicant_request: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "by": "开原市清河餐饮有限公司",
                    "reason": "门店停业，不再经营",
                    "applicant_request": "注销申请书〔2026〕1号",
                }
            ]
        }
    )


@router.post("/hearing-request", summary="申请听证 · Ask for a hearing")
async def request_hearing(
    agent: InCharge, number: Number, item: ItemOf, request: HearingRequest, session: Session, now: Now
) -> Response:
    """Within five working days of being told (行政许可法 art. 47); the department must hold it within twenty."""
    await statements.request_hearing(session, number, item, by=request.by, actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))


@router.post("/statement", summary="陈述、申辩 · State a case against losing a permit")
async def state_case(
    agent: InCharge, number: Number, item: ItemOf, said: Statement, session: Session, now: Now
) -> Response:
    """Before a permit is revoked (撤销) or struck off (注销) its holder is heard (行政许可法 art. 7, 69)."""
    given = {"statement": said.statement, "by": said.by}
    await statements.state_case(session, number, item, **given, actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))


@router.post("/cancellation-request", summary="申请注销许可 · Ask for a permit to be struck off")
async def request_cancellation(
    agent: InCharge, number: Number, item: ItemOf, request: CancellationRequest, session: Session, now: Now
) -> Response:
    """Give up a permit that was granted (注销, 行政许可法 art. 70); the department decides, by two people.

    It is the holder's own right: `applicant_request` names the request they signed, unless the engagement gives the
    agent express authority to withdraw.
    """
    asked = request.model_dump()
    await statements.request_cancellation(session, number, item, **asked, actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
