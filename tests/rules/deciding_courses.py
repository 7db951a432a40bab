"""What departments do with an item: accepting, correcting, stopping the clock, hearing, deciding, being late."""

from datetime import date
from typing import Final

from rules import supervision
from rules.acts import confirming, hearings
from rules.snapshot import RenewalView
from rules.terms import (
    Correction,
    DecisionSilence,
    ReceiptSilence,
)
from rules.vocabulary import DepartmentAct as A
from tests.rules.courses import GRANTED, INSPECTION, NEGATIVE, REFUSED, REVIEW, Course, P, course, item


@course
def granted() -> Course:
    began = (
        Course(item(), shows_the_start=True)
        .tell("P", A.ACCEPTED, handler="王芳")
        .until("2026-03-03T10:00")
        .tell("P", A.CLAIMED)
    )
    began.tell("P", A.NOTE, text="在办").until("2026-03-05T10:00").tell("P", A.DECIDED, **GRANTED)
    began.tell("P", A.DECIDED, **GRANTED)
    began.do("confirms", lambda: confirming.confirmed(began.snapshot, began.now, "签收单1号"))
    return began.until("2026-06-01T09:00")


@course
def refused_by_two() -> Course:
    went = Course(item(), item("Q"), edges=(("P", "Q", "A"),)).tell("P", A.ACCEPTED)
    went.tell("P", A.DECIDED, decision="refused").tell(
        "P", A.DECIDED, **REFUSED, facts="三处违反强制性条文", papers=["审查合格书"]
    )
    went.tell("P", A.REFUSAL_RETURNED, approver="王 芳", reason="再核")
    went.tell("P", A.REFUSAL_RETURNED, approver="李强", reason="再核")
    went.tell("P", A.REFUSAL_APPROVED, approver="李强").tell("P", A.DECIDED, **REFUSED)
    went.until("2026-03-03T09:00").tell("P", A.REFUSAL_APPROVED, approver="王芳")
    went.tell("P", A.REFUSAL_APPROVED, approver="李强", opinion="同意", document_number="不1号")
    return went.until("2026-04-01T09:00")


@course
def not_accepted() -> Course:
    went = Course(item()).tell("P", A.NOT_ACCEPTED, competent_agency="市局")
    went.tell("P", A.NOT_ACCEPTED, competent_agency="市局", **{**NEGATIVE, "approver": None})
    went.tell("P", A.REFUSAL_APPROVED, approver="李强")
    return went.until("2026-04-01T09:00")


@course
def not_accepted_too_late() -> Course:
    went = Course(item()).tell("P", A.NOT_ACCEPTED, competent_agency="市局", **{**NEGATIVE, "approver": None})
    return went.until("2026-03-12T09:00").tell("P", A.REFUSAL_APPROVED, approver="李强").until("2026-05-01T09:00")


@course
def not_required() -> Course:
    went = Course(item(), item("Q"), edges=(("P", "Q", "A"),)).tell(
        "P", A.NOT_REQUIRED, **{**NEGATIVE, "approver": "王芳"}
    )
    went.tell("P", A.NOT_REQUIRED, **NEGATIVE, document_number="告1号")
    return went.tell("Q", A.DECIDED, decision="not_required", **NEGATIVE)


@course
def corrected() -> Course:
    went = Course(item(correction=Correction(applicant_days=5)), item("Q"))
    went.tell("P", A.CORRECTION_REQUESTED, missing=["甲", "甲", "丁"], reason="缺页").until("2026-03-02T15:00")
    went.tell("Q", A.CORRECTION_REQUESTED, missing=["甲"]).until("2026-03-04T09:00")
    went.tell("P", A.CORRECTION_REQUESTED, missing=["甲"], reason="仍缺页")
    went.tell("P", A.CORRECTION_REQUESTED, missing=["甲", "戊"], reason="又缺")
    went.supply("甲").supply("丁", sha256={"丁": "ab"}).supply("甲", replace=True, sha256={"甲": "cd"})
    went.supply("甲", replace=True, sha256={"甲": "cd"}).supply("己")
    went.tell("P", A.CORRECTION_REQUESTED, missing=["戊"]).until("2026-03-20T09:00")
    return went.tell("P", A.DECIDED, **GRANTED).supply("甲", replace=True, sha256={"甲": "ef"})


@course
def not_corrected_in_time() -> Course:
    went = Course(item(correction=Correction(applicant_days=5)))
    return went.tell("P", A.CORRECTION_REQUESTED, missing=["甲"], reason="缺页").until("2026-04-01T09:00")


@course
def accepted_by_silence() -> Course:
    went = Course(item()).until("2026-03-10T09:00").tell("P", A.CORRECTION_REQUESTED, missing=["甲"])
    return went.tell("P", A.ACCEPTED).tell("P", A.DECIDED, **GRANTED)


@course
def never_answered() -> Course:
    went = Course(
        item(correction=Correction(days=3, unit="ND", silence=ReceiptSilence.ESCALATE, source="排污条例第九条"))
    )
    went.until("2026-03-12T09:00").tell("P", A.CORRECTION_REQUESTED, missing=["甲"]).tell("P", A.ACCEPTED)
    return went.until("2026-04-15T09:00")


@course
def overdue() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED, handler="王芳").until("2026-04-01T09:00")
    went.tell("P", A.NOTE, answers="supervision", text="正在复核", handler="王芳")
    went.tell("P", A.NOTE, answers="supervision", text="仍在复核").until("2026-05-20T09:00")
    refer = {"to": "市纪委监委", "document": "开营商函1号", "reason": "逾期", "by": "周主任"}
    went.do("refers", lambda: supervision.referred(went.view(), **refer))
    went.do("refers again", lambda: supervision.referred(went.view(), **refer))
    went.tell("P", A.NOTE, answers="supervision", text="迟了")
    return went.tell("P", A.DECIDED, **GRANTED)


@course
def approved_by_silence() -> Course:
    terms = {"silence": DecisionSilence.DEEMED_APPROVED, "silence_basis": "开政办发〔2026〕3号第七条"}
    return Course(item(**terms)).tell("P", A.ACCEPTED).until("2026-05-01T09:00")


@course
def renewed_by_silence() -> Course:
    view = RenewalView("旧证1号", date(2026, 4, 10), in_time=True)
    went = Course(item(), renewals={P: view}, shows_the_start=True).tell("P", A.ACCEPTED)
    return went.until("2026-05-01T09:00")


@course
def special_procedures() -> Course:
    went = Course(item(procedures=(REVIEW, INSPECTION))).tell("P", A.ACCEPTED).until("2026-03-03T10:00")
    for kind, days in (("publicity", 3), ("expert_review", 21)):
        went.tell("P", A.HOLD_STARTED, procedure=kind, days=days)
    went.tell("P", A.HOLD_STARTED, procedure="inspection", days=2, officers=["王芳", " 王芳"])
    went.tell("P", A.HOLD_STARTED, procedure="inspection", days=2, officers=["王芳", "李强"], reason="检查")
    went.until("2026-03-06T10:00").tell("P", A.HOLD_ENDED).tell("P", A.HOLD_ENDED)
    went.tell("P", A.HOLD_STARTED, procedure="expert_review", days=5, reason="评审").until("2026-03-20T10:00")
    went.tell("P", A.HOLD_ENDED).tell("P", A.EXTENSION_REQUESTED, days=11, reason="复杂", approver="局长")
    went.tell("P", A.EXTENSION_REQUESTED, days=10, reason="复杂", approver="县长", approver_level="government_head")
    went.tell("P", A.EXTENSION_REQUESTED, days=10, reason="复杂", approver="局长")
    went.tell("P", A.EXTENSION_REQUESTED, days=5, reason="复杂", approver="局长").until("2026-05-20T10:00")
    went.tell("P", A.HOLD_STARTED, procedure="expert_review", days=5, reason="评审")
    return went.tell("P", A.EXTENSION_REQUESTED, days=10, reason="复杂", approver="局长")


@course
def on_site() -> Course:
    went = Course(item(site_visit=True)).tell("P", A.ACCEPTED).tell("P", A.DECIDED, **GRANTED).until("2026-03-11T09:00")
    went.tell("P", A.OFFICERS_ASSIGNED, officers=["王芳"]).tell("P", A.OFFICERS_ASSIGNED, officers=["王芳", "李强"])
    went.tell("P", A.SITE_VISITED, officers=["王 芳", "李强"], findings="一致")
    return went.tell("P", A.DECIDED, **GRANTED)


TOLD: Final = {"addressee": "清河餐饮", "subject": "拟不予许可", "contact": "3号窗口", "handler": "王芳"}
ANNOUNCED: Final = {"place": "三楼", "presider": "孙法", "examiners": ["李强"], "subject": "拟不予许可"}


@course
def heard() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED).tell("P", A.HEARING_REQUESTED, by="清河餐饮")
    went.tell("P", A.HEARING_TOLD, **TOLD, third_party=True).tell("P", A.HEARING_TOLD, **TOLD).tell(
        "P", A.DECIDED, **GRANTED
    )
    went.until("2026-03-09T10:00")
    went.do("asks", lambda: hearings.applied_for(went.snapshot, went.view(), "清河餐饮", went.now))
    went.tell("P", A.HEARING_REQUESTED, by="清河餐饮").tell("P", A.DECIDED, **GRANTED)
    for on in ("2026-03-17T09:00:00+08:00", "2026-04-30T09:00:00+08:00"):
        went.tell("P", A.HEARING_ANNOUNCED, held_at=on, **ANNOUNCED)
    when = "2026-03-20T09:00:00+08:00"
    went.tell("P", A.HEARING_ANNOUNCED, held_at=when, **{**ANNOUNCED, "presider": "李强"})
    went.tell("P", A.HEARING_ANNOUNCED, held_at=when, **ANNOUNCED, public=False)
    went.tell("P", A.HEARING_HELD, record="笔录1号").until("2026-03-20T11:00").tell(
        "P", A.HEARING_HELD, record="笔录1号"
    )
    went.tell("P", A.HEARING_HELD, record="笔录2号").tell("P", A.HEARING_ANNOUNCED, held_at=when, **ANNOUNCED)
    return went.tell("P", A.DECIDED, **REFUSED, approver="李强")


@course
def hearing_waived() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED).tell("P", A.HEARING_TOLD, **TOLD).until("2026-03-11T10:00")
    return went.tell("P", A.HEARING_REQUESTED, by="清河餐饮").tell("P", A.DECIDED, **GRANTED)


@course
def hearing_not_organised() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED).tell("P", A.HEARING_TOLD, **TOLD)
    return went.tell("P", A.HEARING_REQUESTED, by="清河餐饮").until("2026-04-10T10:00")


@course
def own_hearing() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED)
    went.tell("P", A.HEARING_ANNOUNCED, held_at="2026-03-25T09:00:00+08:00", **ANNOUNCED)
    return went.until("2026-03-26T10:00").tell("P", A.HEARING_HELD, record="笔录1号").tell("P", A.DECIDED, **GRANTED)


@course
def accepted_while_a_refusal_to_accept_waited() -> Course:
    went = Course(item()).tell("P", A.NOT_ACCEPTED, competent_agency="市局", **{**NEGATIVE, "approver": None})
    return went.tell("P", A.ACCEPTED).tell("P", A.REFUSAL_APPROVED, approver="李强").until("2026-03-12T09:00")


@course
def extended_beyond_the_published_year() -> Course:
    went = Course(item(), begins="2026-12-21T09:00").tell("P", A.ACCEPTED)
    return went.tell("P", A.EXTENSION_REQUESTED, days=10, reason="复杂", approver="局长")


@course
def nobody_sent_to_the_site() -> Course:
    went = Course(item(site_visit=True)).tell("P", A.ACCEPTED).tell("P", A.HEARING_TOLD, **TOLD)
    return went.tell("P", A.HEARING_REQUESTED, by="清河餐饮").until("2026-04-10T09:00")
