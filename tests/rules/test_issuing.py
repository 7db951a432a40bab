"""Which documents follow from what is entered, what they rest on, and which step and notice name them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.canonical import canonical_json
from rules.catalog import Channel, Department, DepartmentCode, ItemCode, ItemKind
from rules.documents import DocumentKind, issued_content
from rules.entries import Decided, NoticeQueued, Step
from rules.errors import DocumentIncompleteError
from rules.issuing import Facts, Paper, Parties, carried, following
from rules.snapshot import ApplicationSnapshot
from rules.terms import SpecialProcedure
from rules.vocabulary import AssignmentStatus, DepartmentAct
from rules.workdays import local_date
from tests.rules.assignments import MONDAY, REASONS, REFUSED, report, under_review, with_terms
from tests.rules.networks import network_item

K = DocumentKind
LATER = MONDAY + timedelta(hours=3)
REFUSAL = {**REFUSED, "approver": "李强"}
REVIEW = SpecialProcedure("expert_review", "专家评审", "行政许可法第四十五条", 20)


def parties(**changes: Any) -> Parties:
    code = network_item("P").department
    given: dict[str, Any] = {
        "authority": "铁岭市生态环境局",
        "reconsideration": "铁岭市人民政府",
        "court": "铁岭市银州区人民法院",
        **changes,
    }
    office = Department(
        code, "生态环境分局", "EEB", given.pop("relation", "city_branch"), None, Channel.INBOX, None, **given
    )
    center = Department(
        DepartmentCode("CEN"), "营商局", "BEB", "county", None, Channel.INBOX, authority="开原市营商环境建设局"
    )
    offices = {code: office, center.code: center}
    return Parties("清河路厂房", "云帆公司", "91211282MA0KYF01X8", "赵云帆", "开原市", offices, center.code)


def written(paper: Paper) -> str:
    content = issued_content(paper.draft, number=paper.number, dated=local_date(paper.at), verified_at="")
    return canonical_json(content)


def issued(snapshot: ApplicationSnapshot, act: DepartmentAct, who: Parties, **details: Any) -> tuple[Paper, ...]:
    _, entries = report(snapshot, act, LATER, **details)
    return following(snapshot, entries, who, LATER)


@pytest.mark.parametrize(
    ("act", "details", "kinds"),
    [
        (DepartmentAct.DECIDED, {"decision": "granted"}, [K.GRANT]),
        (DepartmentAct.DECIDED, {"decision": "partly_granted", **REASONS}, [K.GRANT]),
        (DepartmentAct.DECIDED, {"decision": "not_required", **REASONS}, [K.NOT_REQUIRED]),
        (DepartmentAct.DECIDED, REFUSAL, [K.REFUSAL, K.REFUSAL_FILING]),
        (DepartmentAct.DECIDED, REFUSED, []),  # only proposed: the second pair of eyes is missing
        (
            DepartmentAct.HOLD_STARTED,
            {"procedure": "expert_review", "days": 5, "reason": "基坑超过五米"},
            [K.SPECIAL_PROCEDURE],
        ),
        (DepartmentAct.NOTE, {"text": "在办"}, []),
    ],
)
def test_an_act_leaves_the_documents_the_law_requires(
    act: DepartmentAct, details: dict[str, Any], kinds: list[K]
) -> None:
    papers = issued(under_review(with_terms(procedures=(REVIEW,))), act, parties(), **details)

    assert [paper.draft.kind for paper in papers] == kinds
    assert all(paper.draft.matter.issuer == "铁岭市生态环境局" for paper in papers)


def test_what_a_department_has_just_received_gets_a_receipt() -> None:
    opened = under_review(status=AssignmentStatus.OPENED, clock=())
    papers = issued(opened, DepartmentAct.ACCEPTED, parties())

    assert [paper.draft.kind for paper in papers] == [K.RECEIPT, K.ACCEPTANCE]


def test_a_refusal_names_authority_and_court_of_who_decides() -> None:
    refusal, filing = issued(under_review(), DepartmentAct.DECIDED, parties(), **REFUSAL)

    assert "铁岭市人民政府" in written(refusal)
    assert "铁岭市银州区人民法院" in written(refusal)
    assert refusal.number in written(filing)


@pytest.mark.parametrize("lacking", ["reconsideration", "court"])
def test_a_refusal_that_cannot_say_where_to_contest_it_is_not_made(lacking: str) -> None:
    with pytest.raises(DocumentIncompleteError):
        issued(under_review(), DepartmentAct.DECIDED, parties(**{lacking: ""}), **REFUSAL)


@pytest.mark.parametrize(
    ("kind", "relation", "granted", "refused"),
    [
        (ItemKind.PROMISE, "county", K.GRANT, K.REFUSAL),
        (ItemKind.IMMEDIATE, "vertical", K.GRANT, K.REFUSAL),
        (ItemKind.FILING, "county", K.FILED, K.FILING_REFUSED),
        (ItemKind.PROMISE, "enterprise", K.SERVICE_DONE, K.SERVICE_REFUSED),
        (ItemKind.FILING, "technical", K.SERVICE_DONE, K.SERVICE_REFUSED),
    ],
)
def test_the_answer_is_a_permit_a_filing_or_a_service(kind: ItemKind, relation: str, granted: K, refused: K) -> None:
    snapshot = under_review(replace(network_item("P"), kind=kind))
    who = parties(relation=relation)

    assert issued(snapshot, DepartmentAct.DECIDED, who, decision="granted")[0].draft.kind is granted
    answer, _ = issued(snapshot, DepartmentAct.DECIDED, who, **REFUSAL)
    assert answer.draft.kind is refused
    assert ("行政复议" in written(answer)) is (relation in ("county", "vertical"))


def test_serials_go_on_from_what_the_application_has() -> None:
    snapshot = replace(under_review(), documents={(K.GRANT, ItemCode("P")): 2})
    [paper] = issued(snapshot, DepartmentAct.DECIDED, parties(), decision="granted")

    assert (paper.serial, paper.number.split("-")[5]) == (3, "03")


def test_a_decisions_document_is_dated_by_the_decision() -> None:
    snapshot = under_review()
    _, entries = report(snapshot, DepartmentAct.DECIDED, LATER, decision="granted")
    [paper] = following(snapshot, entries, parties(), LATER + timedelta(days=3))

    assert paper.at == next(entry.decided_at for entry in entries if isinstance(entry, Decided))


def test_the_step_names_hash_and_the_notice_code_and_nothing_else_changes() -> None:
    snapshot = under_review()
    _, entries = report(snapshot, DepartmentAct.DECIDED, LATER, **REFUSAL)
    papers = following(snapshot, entries, parties(), LATER)
    facts = {p.number: Facts({"number": p.number, "sha256": "h"}, {"number": p.number, "code": "c"}) for p in papers}
    kept = carried(entries, papers, facts)

    numbers = [paper.number for paper in papers]
    steps = [said["number"] for e in kept if isinstance(e, Step) for said in e.details.get("documents", ())]
    told = [said["number"] for e in kept if isinstance(e, NoticeQueued) for said in e.body.get("documents", ())]
    assert steps == told == numbers
    assert "'c'" not in str([entry.details for entry in kept if isinstance(entry, Step)])
    assert [type(entry) for entry in kept] == [type(entry) for entry in entries]
    assert following(snapshot, (), parties(), LATER) == ()
