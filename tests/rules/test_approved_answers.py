"""What rules answer that no course of an application comes by: every act in every status, and tables of questions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from rules.acts import Report, reported
from rules.catalog import ItemCode
from rules.vocabulary import AssignmentStatus
from rules.vocabulary import DepartmentAct as A
from tests.rules.approvals import answer, approve
from tests.rules.assignments import MONDAY
from tests.rules.courses import GRANTED, NEGATIVE, REFUSED
from tests.rules.questions import ANSWERS, standing

P = ItemCode("P")
TOLD: Final = {"addressee": "清河餐饮", "subject": "拟不予许可", "contact": "3号窗口"}
#: What a department may send with each of its acts; the first is in order.
SENT: Final[dict[A, list[dict[str, Any]]]] = {
    A.ACCEPTED: [{"handler": "王芳"}],
    A.CLAIMED: [{"handler": "王芳"}],
    A.CORRECTION_REQUESTED: [{"missing": ["甲", "丁"], "reason": "缺页"}],
    A.HOLD_STARTED: [{"procedure": "expert_review", "days": 5, "reason": "评审"}],
    A.HOLD_ENDED: [{}],
    A.EXTENSION_REQUESTED: [{"days": 10, "reason": "复杂", "approver": "局长"}],
    A.DECIDED: [GRANTED, {**REFUSED, "approver": "李强"}, REFUSED, {**NEGATIVE, "decision": "not_required"}],
    A.NOTE: [{"text": "在办"}],
    A.NOT_ACCEPTED: [{**NEGATIVE, "competent_agency": "市局"}],
    A.NOT_REQUIRED: [NEGATIVE],
    A.REFUSAL_APPROVED: [{"approver": "李强"}],
    A.REFUSAL_RETURNED: [{"approver": "李强", "reason": "再核"}],
    A.TRANSFERRED: [{"department": "DL", "reason": "职权划转"}],
    A.DECISION_CORRECTED: [{"why": "笔误"}],
    A.REVIEW_FINISHED: [{}],
    A.CURE_VERIFIED: [{}],
    A.BREACH_FOUND: [{"reason": "未履行", "legal_basis": "国办发〔2020〕42号"}],
    A.OPINION_GIVEN: [{"opinion": "agree"}],
    A.USE_EXTENDED: [{"months": 3}],
    A.HEARING_TOLD: [TOLD],
    A.HEARING_REQUESTED: [{"by": "清河餐饮"}],
    A.HEARING_ANNOUNCED: [
        {
            "held_at": "2026-03-20T09:00:00+08:00",
            "place": "三楼",
            "presider": "孙法",
            "examiners": ["李强"],
            "subject": "拟不予许可",
        }
    ],
    A.HEARING_HELD: [{"record": "笔录1号"}],
    A.OFFICERS_ASSIGNED: [{"officers": ["王芳", "李强"]}],
    A.SITE_VISITED: [{"officers": ["王芳", "李强"], "findings": "一致"}],
    A.REVOCATION_OPENED: [
        {"ground": "unqualified", "facts": "不足", "legal_basis": "第六十九条", "authority": "局", "handler": "王芳"}
    ],
    A.REVOCATION_DECIDED: [{"decision": "kept", "handler": "王芳", "approver": "李强", "reason": "符合"}],
    A.CANCELLATION_OPENED: [{"ground": "force_majeure", "facts": "洪水冲毁", "evidence": "证明1号", "handler": "王芳"}],
    A.CANCELLATION_DECIDED: [{"decision": "kept", "handler": "王芳", "approver": "李强", "reason": "符合"}],
}


@pytest.mark.parametrize("act", A)
def test_an_act_enters_in_each_status_what_was_approved(act: A) -> None:
    approve(f"acts/{act}", _entered(act))


def _entered(act: A) -> Iterator[str]:
    for details in SENT[act]:
        for status in AssignmentStatus:
            report = Report(act, MONDAY + timedelta(hours=1), details)
            yield f"{status}: {answer(lambda s=status, r=report: reported(standing(s), 'P', r))}"


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_answers_are_those_approved(name: str) -> None:
    approve(f"answers/{name}", (f"{what}: {answer(ask)}" for what, ask in ANSWERS[name]()))
