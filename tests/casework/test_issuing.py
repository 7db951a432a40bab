"""A whole application leaves exactly the documents the law requires, each verifiable and each hash in the chain."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from casework import auditing, documents, engagements
from casework.casefile import Actor
from rules.acts.commitments import Promise
from rules.documents import DocumentKind
from rules.engagement import EngagementEnd
from rules.errors import DocumentIncompleteError
from rules.terms import Cooperation, SpecialProcedure, Tolerance, Voice
from rules.vocabulary import DepartmentAct, NoticeKind

K = DocumentKind
AUTHORITY = "开原市市场监督管理局"


class Papers:
    """The documents of an application, and whether they hold."""

    def __init__(self, desk: Any, number: str) -> None:
        self.desk, self.number = desk, number

    async def kinds(self, item: str | None) -> Counter[K]:
        return Counter(each.kind for each in await self.desk.documents(self.number) if each.item == item)

    async def text(self, kind: K, item: str | None = None) -> str:
        """What the newest document of a kind says."""
        query = text(
            "SELECT content::text FROM issued_documents d JOIN applications a ON a.id = d.application_id"
            " WHERE a.number = :number AND kind = :kind AND item IS NOT DISTINCT FROM :item ORDER BY d.number DESC"
        )
        found = await self.desk.session.scalar(query, {"number": self.number, "kind": kind, "item": item})
        assert isinstance(found, str)
        return found

    async def hold(self) -> None:
        """Every document verifies by its code, its hash is in one step, and the applicant's notices name it."""
        listed = await self.desk.documents(self.number)
        steps = await self.desk.history(self.number)
        chained = [said for step in steps for said in step.details.get("documents", ())]
        assert sorted(said["number"] for said in chained) == sorted(each.number for each in listed)
        hashes = {said["number"]: said["sha256"] for said in chained}
        for each in listed:
            assert hashes[each.number] == each.sha256
            assert (await documents.verify(self.desk.session, each.number, each.check_code)).valid
        codes = {each.number: each.check_code for each in listed}
        for notice in (await self.desk.report(self.number)).notices:
            for told in notice.body.get("documents", ()):
                assert told["check_code"] == codes[told["number"]]
        [verified] = [each async for each in auditing.verify(self.desk.session)]
        assert verified.finding is None
        assert verified.documents == len(listed)


async def begun(desk: Any, journey: str = "J3", **changes: Any) -> Papers:
    number = await desk.launch(journey, **changes)
    await desk.deliver(number)
    return Papers(desk, number)


async def test_a_granted_application_leaves_receipt_acceptance_grant_and_what_was_handed_over(desk: Any) -> None:
    papers = await begun(desk)
    await desk.tell(papers.number, "E01", DepartmentAct.ACCEPTED)
    while waiting := [line.item for line in (await desk.report(papers.number)).lines if under_way(line)]:
        await desk.grant(papers.number, *waiting)
        await desk.deliver(papers.number)

    assert await papers.kinds("E01") == {K.RECEIPT: 1, K.ACCEPTANCE: 1, K.GRANT: 1, K.DELIVERY_RECORD: 1}
    # Decided on the spot: nothing was accepted first (行政许可法 art. 34(2)). A filing is no permit.
    assert await papers.kinds("P03") == {K.RECEIPT: 1, K.FILED: 1, K.DELIVERY_RECORD: 1}
    assert await papers.kinds(None) == {K.ENGAGEMENT: 1, K.HANDOVER_LIST: 1}
    assert "〔2026〕E01号" in await papers.text(K.GRANT, "E01")
    [grant] = [each for each in await desk.documents(papers.number) if each.kind is K.GRANT and each.item == "E01"]
    assert grant.number in await papers.text(K.HANDOVER_LIST)
    assert grant.number in await papers.text(K.DELIVERY_RECORD, "E01")
    await papers.hold()


def under_way(line: Any) -> bool:
    return line.status is not None and not line.status.final


async def test_a_refusal_leaves_decision_and_filing_with_authority_and_court(desk: Any) -> None:
    papers = await begun(desk)
    await desk.refuse(papers.number, "E01")

    assert await papers.kinds("E01") == {K.RECEIPT: 1, K.REFUSAL: 1, K.REFUSAL_FILING: 1}
    decision = await papers.text(K.REFUSAL, "E01")
    assert "开原市人民政府" in decision
    assert "开原市人民法院" in decision
    assert AUTHORITY in decision
    filing = await papers.text(K.REFUSAL_FILING, "E01")
    [refusal] = [each for each in await desk.documents(papers.number) if each.kind is K.REFUSAL]
    assert refusal.number in filing
    [notice] = await desk.notices(papers.number, NoticeKind.REFUSAL)
    assert [told["number"] for told in notice.body["documents"]] == [
        each.number for each in await desk.documents(papers.number) if each.kind in (K.REFUSAL, K.REFUSAL_FILING)
    ]
    await papers.hold()


async def test_a_refusal_without_an_article_is_not_done(desk: Any) -> None:
    papers = await begun(desk)
    before = await desk.documents(papers.number)

    with pytest.raises(DocumentIncompleteError, match="法律依据（具体条款）"):
        await desk.tell(
            papers.number,
            "E01",
            DepartmentAct.DECIDED,
            decision="refused",
            reason="不符合条件",
            legal_basis="有关规定",
            handler="王芳",
            approver="李强",
        )

    assert await desk.documents(papers.number) == before


async def test_a_grant_in_part_says_what_is_refused_and_how_to_contest_it(desk: Any) -> None:
    papers = await begun(desk)
    await desk.tell(
        papers.number,
        "E01",
        DepartmentAct.DECIDED,
        decision="partly_granted",
        document_number="〔2026〕1号",
        reason="冷食类制售不具备专间",
        legal_basis="食品经营许可和备案管理办法第十五条",
        refused_part="冷食类食品制售",
    )

    said = await papers.text(K.GRANT, "E01")
    assert "冷食类食品制售" in said
    assert "不具备专间" in said
    assert "开原市人民法院" in said
    await papers.hold()


async def test_corrections_of_two_departments_are_one_notice_and_acceptance_follows(desk: Any) -> None:
    papers = await begun(desk)
    await desk.tell(papers.number, "E01", DepartmentAct.CORRECTION_REQUESTED, missing=["食品安全管理制度"])
    await desk.tell(
        papers.number, "P03", DepartmentAct.CORRECTION_REQUESTED, missing=["食品安全管理制度", "设计图"], reason="缺页"
    )
    desk.wait(days=1, hours=1)
    await desk.deliver(papers.number)

    assert await papers.kinds(None) == {K.ENGAGEMENT: 1, K.CORRECTION_NOTICE: 1}
    said = await papers.text(K.CORRECTION_NOTICE)
    assert said.count('"食品安全管理制度"') == 1
    assert "缺页" in said
    await desk.supply(papers.number, "食品安全管理制度", "设计图")
    assert (await papers.kinds("E01"))[K.ACCEPTANCE] == 1
    await papers.hold()


async def test_silence_at_receipt_is_a_document_of_its_own(desk: Any) -> None:
    papers = await begun(desk)
    desk.wait(days=10)
    await desk.ring()

    assert (await papers.kinds("E01"))[K.DEEMED_ACCEPTANCE] == 1
    assert (await papers.kinds("E01"))[K.ACCEPTANCE] == 0
    assert "起视为受理" in await papers.text(K.DEEMED_ACCEPTANCE, "E01")
    await papers.hold()


async def test_a_special_procedure_and_an_extension_are_told_in_writing(desk: Any) -> None:
    await desk.amend("E01", procedures=(SpecialProcedure("expert_review", "专家评审", "行政许可法第四十五条", 20),))
    papers = await begun(desk)
    await desk.tell(papers.number, "E01", DepartmentAct.ACCEPTED)
    extended = {"days": 3, "reason": "设计变更需复核", "approver": "李强"}
    await desk.tell(papers.number, "E01", DepartmentAct.EXTENSION_REQUESTED, **extended)
    await desk.tell(papers.number, "E01", DepartmentAct.HOLD_STARTED, procedure="expert_review", days=10, reason="")
    await desk.tell(papers.number, "E01", DepartmentAct.HOLD_ENDED)

    assert await papers.kinds("E01") == {K.RECEIPT: 1, K.ACCEPTANCE: 1, K.EXTENSION: 1, K.SPECIAL_PROCEDURE: 1}
    assert "第四十五条" in await papers.text(K.SPECIAL_PROCEDURE, "E01")
    assert "行政机关负责人李强批准" in await papers.text(K.EXTENSION, "E01")
    await papers.hold()


async def test_a_deferral_leaves_letter_and_notice_that_names_it(desk: Any) -> None:
    await desk.amend("E01", tolerance=Tolerance(max_days=10))
    later = await desk.deferrable("E01")
    materials = tuple(name for name in await desk.materials("J3") if name not in later)
    papers = await begun(desk, materials=materials, commitments=(Promise("E01", "刘晓"),))
    await desk.tell(papers.number, "E01", DepartmentAct.ACCEPTED)
    await desk.deliver(papers.number)

    assert (await papers.kinds("E01"))[K.DEFERRAL_COMMITMENT] == 1
    assert (await papers.kinds("E01"))[K.DEFERRED_MATERIAL] == 1
    [letter] = [each for each in await desk.documents(papers.number) if each.kind is K.DEFERRAL_COMMITMENT]
    assert letter.number in await papers.text(K.DEFERRED_MATERIAL, "E01")
    await papers.hold()


async def test_a_promise_is_a_letter_of_its_own(desk: Any) -> None:
    await desk.amend("E01", by_commitment=True)
    papers = await begun(desk)

    assert (await papers.kinds("E01"))[K.NOTIFICATION_AND_COMMITMENT] == 1
    await papers.hold()


async def test_a_withdrawal_is_confirmed_for_what_was_stopped(desk: Any) -> None:
    papers = await begun(desk)
    await desk.grant(papers.number, "P03")
    await desk.withdraw(papers.number)
    await desk.confirm_withdrawal(papers.number)
    await desk.deliver(papers.number)

    assert (await papers.kinds(None))[K.WITHDRAWAL] == 1
    said = await papers.text(K.WITHDRAWAL)
    assert "已有决定，继续有效" in said
    assert "终止办理，不作决定" in said
    await papers.hold()


async def test_a_passed_limit_is_explained_and_the_department_ordered(desk: Any) -> None:
    papers = await begun(desk)
    await desk.tell(papers.number, "E01", DepartmentAct.ACCEPTED)
    desk.wait(days=60)
    await desk.ring()

    assert (await papers.kinds("E01"))[K.OVERDUE_EXPLANATION] == 1
    assert (await papers.kinds("E01"))[K.SUPERVISION_ORDER] == 1
    assert AUTHORITY in await papers.text(K.SUPERVISION_ORDER, "E01")
    await papers.hold()


async def test_an_opinion_is_asked_for_by_letter(desk: Any) -> None:
    await desk.amend("E01", cooperation=Cooperation((Voice("EEB", "生态环境分局"),)))
    papers = await begun(desk)
    await desk.tell(papers.number, "E01", DepartmentAct.ACCEPTED)

    said = await papers.text(K.OPINION_REQUEST, "E01")
    # The branch decides in the city bureau's name, and is written to by it.
    assert '"addressee": "铁岭市生态环境局"' in said
    await papers.hold()


async def test_an_engagement_that_ends_is_told_in_writing(desk: Any) -> None:
    papers = await begun(desk)
    await engagements.end(
        desk.session,
        papers.number,
        EngagementEnd.FEES_UNPAID,
        note=None,
        actor=Actor("zhao"),
        now=desk.now,
    )

    assert await papers.kinds(None) == {K.ENGAGEMENT: 1, K.ENGAGEMENT_ENDED: 1}
    assert "未按时缴纳法定费用" in await papers.text(K.ENGAGEMENT_ENDED)
    await papers.hold()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE issued_documents SET content = content || '{\"sealed\": false}' WHERE kind = 'receipt'", "altered"),
        ("UPDATE issued_documents SET sha256 = repeat('0', 64) WHERE kind = 'receipt'", "altered"),
        ("DELETE FROM issued_documents WHERE kind = 'filed'", "missing"),
        ("UPDATE issued_documents SET number = 'X' WHERE kind = 'filed'", "not in the chain"),
    ],
)
async def test_the_audit_finds_what_was_done_to_a_document(desk: Any, statement: str, problem: str) -> None:
    papers = await begun(desk)
    await desk.grant(papers.number, "P03")
    await desk.session.execute(text("ALTER TABLE issued_documents DISABLE TRIGGER USER"))
    await desk.session.execute(text(statement))

    [verified] = [each async for each in auditing.verify(desk.session)]
    assert verified.finding is not None
    assert problem in verified.finding.problem
