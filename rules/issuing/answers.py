"""The answers an item can get, from the decisions and the filings that are entered."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from rules.catalog import ItemCode
from rules.documents import (
    DocumentKind,
    Draft,
    grant_decision,
    not_accepted_decision,
    not_required_notice,
    refusal_decision,
    refusal_filing,
    returned_papers_notice,
)
from rules.documents.closing import deemed_approval_notice
from rules.documents.draft import cited
from rules.documents.natures import ANSWERS
from rules.entries import Decided, Filed, NoticeQueued, Step
from rules.issuing.act import Act
from rules.vocabulary import DecisionKind

GRANTS: Final = frozenset({DecisionKind.GRANT, DecisionKind.GRANT_BY_COMMITMENT, DecisionKind.PARTLY_GRANT})
#: Dated by the decision and not by the day it was reported.
OF_DECISION: Final = frozenset(
    {
        *ANSWERS,
        DocumentKind.NOT_ACCEPTED,
        DocumentKind.NOT_REQUIRED,
        DocumentKind.RETURNED_PAPERS,
        DocumentKind.REFUSAL_FILING,
    }
)
_UNSAID_PART: Final = "申请内容中未列入上述结果的部分"


def granted(act: Act, decided: Decided) -> Iterator[Draft]:
    code, item = decided.item, act.item(decided.item)
    basis = decided.legal_basis or ""
    part = decided.kind is DecisionKind.PARTLY_GRANT
    said = next((step.details for step in act.all_of(Step, code) if step.kind.startswith("decision.")), {})
    until = said.get("valid_until")
    yield grant_decision(
        act.matter(code),
        accepted_on=act.accepted_on(code),
        result=item.result or item.name,
        # The basis of a grant in part is that of what it refuses; the grant rests on the general law.
        legal_basis=(basis,) if cited(basis) and not part else (),
        certificate=decided.document_number,
        valid_until=date.fromisoformat(until) if until else None,
        conditions=said.get("conditions") or "",
        refused_part=(said.get("refused_part") or _UNSAID_PART) if part else "",
        reasons=f"{decided.reason or ''}（{basis}）" if part else "",
        remedies=act.contest(code) if part else None,
        nature=act.nature(code),
        delivery_days=item.terms.delivery_days,
    )


def refused(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    filed = _filed(act, notice)
    code, nature = filed.item, act.nature(filed.item)
    number = act.next_number(nature.refused, code)
    yield refusal_decision(
        act.matter(code),
        accepted_on=act.accepted_on(code),
        facts=filed.facts,
        reasons=filed.reason,
        legal_basis=(filed.legal_basis,),
        remedies=act.contest(code),
        reference=notice.body.get("document_number"),
        nature=nature,
    )
    yield _filing(act, filed, nature.refused, number)


def not_accepted(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    filed = _filed(act, notice)
    number = act.next_number(DocumentKind.NOT_ACCEPTED, filed.item)
    yield not_accepted_decision(
        act.matter(filed.item),
        received_on=act.received_on(filed.item),
        reasons=f"{filed.reason}（{filed.legal_basis}）",
        competent_agency=notice.body.get("competent", ""),
        remedies=act.contest(filed.item),
    )
    yield _filing(act, filed, DocumentKind.NOT_ACCEPTED, number)


def not_required(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    code, body = ItemCode(notice.body["item"]), notice.body
    yield not_required_notice(
        act.matter(code), received_on=act.received_on(code), reasons=f"{body['reason']}（{body['legal_basis']}）"
    )


def returned(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """Papers come back because the applicant's time has passed: nobody refuses anything, and nothing is filed."""
    code = ItemCode(notice.body["item"])
    decided = act.found(Decided, code)
    if decided is None:
        raise ValueError(f"the papers of {code} come back by a decision")
    yield returned_papers_notice(
        act.matter(code),
        reasons=decided.reason or "",
        legal_basis=(decided.legal_basis or "",),
        returned=act.handed_in(act.item(code)),
        remedies=act.contest(code),
    )


def deemed_approved(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """Consent by silence, an outcome of its own (行政许可法 art. 50(2) and published local documents)."""
    code, body = ItemCode(notice.body["item"]), notice.body
    yield deemed_approval_notice(
        act.matter(code),
        accepted_on=act.accepted_on(code),
        due=date.fromisoformat(body["due_on"]),
        legal_basis=body["basis"],
        renewed=body.get("renews", ""),
    )


def _filed(act: Act, notice: NoticeQueued) -> Filed:
    return next(filed for filed in act.all_of(Filed) if filed.notice == notice.id)


def _filing(act: Act, filed: Filed, denial: DocumentKind, number: str) -> Draft:
    said = next((step.details for step in act.all_of(Step, filed.item) if "filing" in step.details), {})
    return refusal_filing(
        act.matter(filed.item),
        denial=denial,
        denial_number=number,
        filing_number=filed.number,
        contact=act.parties.contact or act.parties.applicant,
        facts=filed.facts,
        reasons=filed.reason,
        legal_basis=(filed.legal_basis,),
        handler=filed.handler,
        approver=filed.approver,
        opinion=said.get("opinion") or "同意",
        papers_to_complete=filed.papers,
    )
