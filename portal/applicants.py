"""Applicants: what they are called from when on (个转企, 企业更名)."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict

from casework import party_changes
from casework.queries import as_json
from portal.authentication import AsAgent, OfTheCenter
from portal.commitments import of_an_applicant
from portal.dependencies import Now, Session
from portal.documentation import OF_A_CALLER, answers, problems
from portal.errors import InvalidRequestError
from portal.fields import Body, Name
from portal.rendering import json_answer
from rules import errors
from rules.acts.party import PartyChange

router = APIRouter(
    prefix="/api/v1/applicants",
    tags=["applicants"],
    responses=problems(*OF_A_CALLER),
)
_OF_ONE = problems(errors.NotFoundError, errors.InvalidNumberError, InvalidRequestError)
_CHANGED: Final = {"credit_code": "91211282MA0KYF01X8", "applications": ["DB-211282-20260302-00001-B"]}
_VERSION: Final = {
    "name": "开原市清河餐饮有限公司",
    "former_name": "开原市清河餐饮店",
    "kind": "有限责任公司",
    "document": "（开原）登字〔2026〕第12号",
    "changed_on": "2026-03-02",
    "recorded_at": "2026-03-02T01:00:00Z",
    "recorded_by": "li01",
}
CreditCode = Annotated[str, Depends(of_an_applicant)]


class ApplicantChange(Body):
    """The applicant's new name, and kind where it changed too, by the document of the registration authority."""

    name: Name
    document: Name
    changed_on: date
    kind: Name | None = None
    #: Its kind before, where the office has no record of it: that an individual business became an enterprise (个转企).
    former_kind: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: _VERSION[name] for name in ("name", "document", "changed_on", "kind")}]}
    )


@router.post(
    "/{credit_code}/changes",
    summary="申请人变更 · Record that an applicant has changed",
    responses={**answers(_CHANGED), **_OF_ONE, **problems(errors.InvalidIntakeError)},
)
async def change_applicant(
    agent: AsAgent, credit_code: CreditCode, wanted: ApplicantChange, session: Session, now: Now
) -> Response:
    """A new version of the same party: open applications go on under the new name, with clocks and commitments.

    Departments at work are told, and the applicant which items need a change filed. Safe to repeat.
    """
    change = PartyChange(wanted.name, wanted.document, wanted.changed_on, wanted.kind, wanted.former_kind)
    told = await party_changes.change(session, credit_code, change, actor=agent.actor, now=now)
    return json_answer({"credit_code": credit_code, "applications": told})


@router.get(
    "/{credit_code}/versions",
    summary="申请人沿革 · What an applicant has been called",
    responses={**answers({"versions": [_VERSION]}, party_changes.PartyVersion, whole="versions"), **_OF_ONE},
)
async def list_versions(_: OfTheCenter, credit_code: CreditCode, session: Session) -> Response:
    """Every change on record, the oldest first."""
    return json_answer({"versions": [as_json(each) for each in await party_changes.versions(session, credit_code)]})
