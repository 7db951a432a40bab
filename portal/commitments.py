"""Commitments (容缺受理, 告知承诺): sign one, look at them, and an applicant's record of those that were not kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import ConfigDict

from casework import commitments, queries
from models import Role
from portal import examples, record_examples
from portal.applications import ROOT, Number
from portal.authentication import InCharge, OfTheCenter, SignedIn, having
from portal.dependencies import Now, Session
from portal.documentation import OF_A_CALLER, answers, problems
from portal.errors import InvalidRequestError
from portal.fields import Body, CreditCode, Prose
from portal.intake import PromiseForm
from portal.rendering import json_answer
from rules import errors
from rules.numbers import check_credit_code

router = APIRouter(
    tags=["commitments"],
    responses=problems(*OF_A_CALLER),
)
_OF_ONE = problems(errors.NotFoundError, errors.InvalidNumberError, InvalidRequestError)
AsManager = Annotated[SignedIn, Depends(having(Role.MANAGER, Role.ADMINISTRATOR))]


class RepairRequest(Body):
    """Why a breach bars its applicant no longer (信用修复)."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "已补齐材料并参加信用修复培训"}]})


def of_an_applicant(credit_code: Annotated[str, Path(description="`91211282MA0KYF01X8`")]) -> CreditCode:
    """Let a credit code through whose check character fits."""
    check_credit_code(credit_code)
    return credit_code


@router.post(
    f"{ROOT}/{{number}}/commitments",
    summary="签署承诺 · Sign a commitment",
    responses={
        **answers(examples.REPORT, queries.ApplicationReport),
        **_OF_ONE,
        **problems(
            errors.CommitmentRefusedError,
            errors.NotAllowedNowError,
            errors.ApplicationClosedError,
            errors.NotAuthorisedError,
        ),
    },
)
async def sign_commitment(agent: InCharge, number: Number, form: PromiseForm, session: Session, now: Now) -> Response:
    """Take in the applicant's commitment; the item that waited for the materials opens. Safe to repeat."""
    await commitments.take(session, number, form.promise(), actor=agent.actor, now=now)
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))


@router.get(
    f"{ROOT}/{{number}}/commitments",
    summary="承诺列表 · Commitments of an application",
    responses={
        200: {
            "description": "OK",
            "content": {
                "application/json": {
                    "example": record_examples.COMMITMENTS,
                    "schema": {
                        "type": "object",
                        "required": ["commitments"],
                        "properties": {
                            "commitments": {"type": "array", "items": {"$ref": "#/components/schemas/CommitmentLine"}}
                        },
                    },
                }
            },
        },
        **_OF_ONE,
    },
)
async def list_commitments(_: OfTheCenter, number: Number, session: Session) -> Response:
    """Every commitment with the letter that was signed, in the order of signing."""
    found = await queries.commitments(session, number)
    return json_answer({"commitments": [queries.as_json(each) for each in found]})


@router.get(
    "/api/v1/applicants/{credit_code}/credit",
    summary="承诺信用记录 · An applicant's broken commitments",
    responses={**answers(record_examples.CREDIT, queries.CreditReport), **_OF_ONE},
)
async def show_credit(
    _: OfTheCenter, credit_code: Annotated[str, Depends(of_an_applicant)], session: Session, now: Now
) -> Response:
    """Whether the applicant may be offered a commitment, and what stands against it."""
    return json_answer(queries.as_json(await queries.credit(session, credit_code, now=now)))


@router.post(
    "/api/v1/credit-records/{record}/repair",
    summary="信用修复 · Repair a broken commitment's record",
    responses={
        **answers({"record": 1, "repaired": True}),
        **problems(errors.NotFoundError, InvalidRequestError),
    },
)
async def repair_credit(
    manager: AsManager,
    record: Annotated[int, Path(ge=1, le=2**63 - 1)],
    request: RepairRequest,
    session: Session,
    now: Now,
) -> Response:
    """Let a breach bar its applicant no longer; it stays on record. Safe to repeat."""
    await commitments.repair(session, record, reason=request.reason, actor=manager.actor, now=now)
    return json_answer({"record": record, "repaired": True})
