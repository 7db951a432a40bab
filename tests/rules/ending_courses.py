"""What comes after a decision, and what applicants do: delivery, promises, use of a permit, withdrawal."""

from datetime import date
from typing import Any, Final

from rules.acts import (
    applicant,
    cancelling,
    confirming,
    handing,
    party,
    priority,
    refiling,
    reminding,
    speaking,
)
from rules.acts.commitments import Promise, Standing, committed
from rules.catalog import ItemCode, NodeCode
from rules.delivery.record import DeliveryChannel, DeliveryWish, ObjectionKind
from rules.identifiers import objection_id
from rules.snapshot import GreenChannel
from rules.terms import (
    Tolerance,
    ToleranceMode,
    UseBy,
)
from rules.vocabulary import CommitmentKind
from rules.vocabulary import DepartmentAct as A
from tests.rules.courses import FIRST, GRANTED, LATER, NEGATIVE, NUMBER, REFUSED, Course, P, course, item
from tests.rules.receipts import at


@course
def closed_without_a_word() -> Course:
    return Course(item()).tell("P", A.DECIDED, **GRANTED).until("2026-06-01T09:00")


@course
def objected() -> Course:
    went = Course(item(), wish=DeliveryWish(DeliveryChannel.WINDOW)).tell("P", A.DECIDED, **GRANTED)

    def object_(kind: ObjectionKind, serial: int, code: ItemCode | None = P) -> None:
        went.do(
            f"objects {kind}",
            lambda: confirming.objected(went.snapshot, kind, "没有收到", code, "刘晓", went.now, serial),
        )

    went.do("confirms", lambda: confirming.confirmed(went.snapshot, went.now))
    went.do("asks to close", lambda: confirming.closing_requested(went.snapshot, went.now))
    went.do("hands over", lambda: handing.delivered(went.snapshot, P, {"signer": "刘晓"}, went.now))
    for place, kind in enumerate(ObjectionKind):
        object_(kind, place + 1, P if place % 2 == 0 else None)
    went.do("asks to close", lambda: confirming.closing_requested(went.snapshot, went.now))
    for serial in (1, 2, 3, 4, 9):
        answer = objection_id(NUMBER, serial)
        went.do("answers", lambda id_=answer: confirming.answered(went.snapshot, id_, "已核实", "周主任", went.now))
    went.until("2026-03-05T09:00")
    went.do("hands over", lambda: handing.delivered(went.snapshot, P, {"signer": "刘晓"}, went.now))
    went.do("confirms", lambda: confirming.confirmed(went.snapshot, went.now))
    went.do("asks to close", lambda: confirming.closing_requested(went.snapshot, went.now))
    object_(ObjectionKind.WRONG_RESULT, 5)
    return went.until("2026-04-01T09:00")


def posted(channel: DeliveryChannel) -> Course:
    wish = DeliveryWish(channel, together=True, address="开原市新城街1号")
    went = Course(item(electronic=False), item("Q"), wish=wish)
    went.tell("P", A.DECIDED, **GRANTED).until("2026-03-04T09:00")
    went.do("sends nothing", lambda: handing.sent(went.snapshot, P, {}))
    went.do("sends", lambda: handing.sent(went.snapshot, P, {"tracking_number": "EMS1"}))
    went.do("sends again", lambda: handing.sent(went.snapshot, P, {"tracking_number": "EMS1"}))
    for proof in ({}, {"delivered_on": "2026-03-01"}, {"delivered_on": "2026-03-05"}):
        shown: dict[str, str] = {**proof, "signer": "刘晓", "sheet": "移交1号"} if proof else {}
        went.do(f"hands over {shown}", lambda known=shown: handing.delivered(went.snapshot, P, known, went.now))
    went.do("fails", lambda: handing.failed(went.snapshot, P, "查无此人", went.now))
    for way, address in (
        (channel, None),
        (DeliveryChannel.POST, None),
        (channel, "开原市新华路2号"),
    ):
        went.do(
            f"again {way} {address}",
            lambda w=way, a=address: handing.again(went.snapshot, P, w, a, went.now),
        )
    went.until("2026-03-30T09:00")
    proof = {"tracking_number": "EMS2", "delivered_on": "2026-03-20", "signer": "刘晓", "sheet": "移交1号"}
    went.do("hands over", lambda: handing.delivered(went.snapshot, P, proof, went.now))
    went.do("hands over Q", lambda: handing.delivered(went.snapshot, ItemCode("Q"), proof, went.now))
    return went.tell("Q", A.DECIDED, **GRANTED).until("2026-04-30T09:00")


@course
def delivered_by_post() -> Course:
    return posted(DeliveryChannel.POST)


@course
def delivered_by_the_agent() -> Course:
    return posted(DeliveryChannel.AGENT)


@course
def fetched_at_the_window() -> Course:
    return posted(DeliveryChannel.WINDOW)


@course
def refused_and_applied_for_again() -> Course:
    went = Course(item(), item("Q"), item("R"), edges=(("P", "Q", "A"), ("P", "#START", "S")))
    went.tell("P", A.DECIDED, **REFUSED, approver="李强").until("2026-03-03T09:00")
    for code in ("P", "Q", "R", "X"):
        went.do(
            f"applies again for {code}",
            lambda c=code: refiling.applied_again(went.snapshot, ItemCode(c), "已修改图纸", (), went.now),
        )
    went.tell("P", A.DECIDED, **GRANTED).tell("Q", A.DECIDED, **GRANTED).tell("R", A.DECIDED, **GRANTED)
    return went.until("2026-04-01T09:00")


OPENED: Final = {
    "ground": "unqualified",
    "facts": "人员不足",
    "legal_basis": "行政许可法第六十九条",
    "authority": "住建局",
    "handler": "王芳",
}
REVOKED: Final = {
    "decision": "revoked",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第六十九条",
    "public_interest": "尚未开工",
    "compensation": "补偿图审费用",
    "handler": "王芳",
    "approver": "李强",
}


def resting() -> Course:
    went = Course(item(), item("Q"), item("R"), edges=(("P", "#START", "S"), ("P", "Q", "A"), ("#START", "R", "A")))
    return went.tell("P", A.DECIDED, **GRANTED).tell("Q", A.ACCEPTED)


@course
def revoked() -> Course:
    went = resting().tell("P", A.REVOCATION_DECIDED, **REVOKED).tell("P", A.REVOCATION_OPENED, **OPENED)
    went.tell("P", A.REVOCATION_OPENED, **OPENED).tell("P", A.REVOCATION_DECIDED, **REVOKED)
    went.do("states", lambda: speaking.stated(went.view(), "如实申报", "清河餐饮", went.now))
    went.tell("P", A.REVOCATION_DECIDED, **{**REVOKED, "approver": "王芳"})
    went.tell("P", A.REVOCATION_DECIDED, **{**REVOKED, "compensation": ""})
    went.tell("P", A.REVOCATION_DECIDED, **{**REVOKED, "decision": "kept"})
    went.do("states", lambda: speaking.stated(went.view(), "如实申报", "清河餐饮", went.now))
    went.tell("Q", A.DECIDED, **GRANTED)
    went.tell("P", A.REVOCATION_OPENED, **{**OPENED, "ground": "deception"}).until("2026-03-11T09:00")
    went.tell("P", A.REVOCATION_DECIDED, **{**REVOKED, "compensation": "", "document_number": "撤1号"})
    return went.until("2026-04-01T09:00")


@course
def struck_off() -> Course:
    went = resting().tell("Q", A.DECIDED, **GRANTED)
    went.do("asks", lambda: cancelling.requested(went.view(), "停业", "清河餐饮", went.now, "注销申请书1号"))
    went.tell("P", A.REVOCATION_OPENED, **OPENED)
    left = {"reason": "尚有义务未了", "handler": "王芳", "approver": "李强"}
    went.tell("P", A.CANCELLATION_DECIDED, **left, decision="kept")
    ended = {"facts": "已清算", "evidence": "登字12号", "handler": "王芳"}
    went.tell("P", A.CANCELLATION_OPENED, **ended, ground="holder_terminated", ended_on="2026-03-02")
    went.tell("P", A.CANCELLATION_DECIDED, **left, decision="struck_off").until("2026-03-11T09:00")
    went.tell("P", A.CANCELLATION_DECIDED, **left, decision="struck_off", document_number="注1号")
    return went.until("2026-04-01T09:00")


@course
def struck_off_after_the_revocation() -> Course:
    went = resting().tell("P", A.REVOCATION_OPENED, **OPENED).until("2026-03-11T09:00")
    went.tell("P", A.REVOCATION_DECIDED, **REVOKED)
    why = {"facts": "已撤销", "evidence": "撤1号", "handler": "王芳", "ground": "revoked"}
    went.tell("P", A.CANCELLATION_OPENED, **why)
    went.tell("P", A.CANCELLATION_DECIDED, decision="struck_off", reason="登记", handler="王芳", approver="李强")
    went.do("asks", lambda: cancelling.requested(went.view(), "停业", "清河餐饮", went.now))
    return went.tell("P", A.CANCELLATION_OPENED, **why)


USE: Final = UseBy("#START", 3, "建筑法第九条", extensions=1, extension_months=3)


def permitted() -> Course:
    edges = (("P", "#START", "S"), ("P", "Q", "A"), ("#START", "R", "A"))
    went = Course(item(use_by=USE), item("Q"), item("R"), edges=edges, wish=DeliveryWish(DeliveryChannel.WINDOW))
    went.tell("P", A.USE_EXTENDED, months=3).tell("P", A.DECIDED, **GRANTED).tell("P", A.USE_EXTENDED, months=3)
    went.tell("Q", A.DECIDED, **GRANTED)
    went.do("hands over", lambda: handing.delivered(went.snapshot, P, {"signer": "刘晓"}, went.now))
    return went


@course
def lapsed_for_want_of_use() -> Course:
    went = permitted().tell("P", A.USE_EXTENDED, months=4).tell("P", A.USE_EXTENDED, months=3, reason="冬季")
    return went.tell("P", A.USE_EXTENDED, months=3).until("2026-10-01T09:00").tell("P", A.USE_EXTENDED, months=1)


@course
def used() -> Course:
    went = permitted()
    for code in ("#START", "#DONE", "#START"):
        went.do(
            f"reaches {code}", lambda c=code: applicant.milestone_reported(went.snapshot, NodeCode(c), "刘晓", went.now)
        )
    return went.tell("R", A.DECIDED, **GRANTED).until("2026-10-01T09:00")


@course
def withdrawn() -> Course:
    went = (
        Course(item(), item("Q"), item("R"), edges=(("Q", "R", "A"),))
        .tell("P", A.DECIDED, **GRANTED)
        .tell("Q", A.ACCEPTED)
    )
    for _ in range(2):
        went.do("withdraws", lambda: applicant.withdrawal_requested(went.snapshot, "项目取消", went.now, "申请1号"))
    went.until("2026-03-02T12:00").tell("Q", A.ACCEPTED)
    went.until("2026-03-10T09:00").tell("Q", A.DECIDED, **GRANTED)
    went.do("withdraws", lambda: applicant.withdrawal_requested(went.snapshot, "项目取消", went.now))
    return went


@course
def withdrawn_before_anything() -> Course:
    went = Course(item(), provided="", shows_the_start=True).until("2026-03-03T09:00")
    went.do("withdraws", lambda: applicant.withdrawal_requested(went.snapshot, "项目取消", went.now))
    return went.until("2026-04-03T09:00")


@course
def materials_missing() -> Course:
    went = Course(
        item(materials=(FIRST, LATER), tolerance=Tolerance()),
        item("Q", materials=(FIRST,)),
        provided="",
        shows_the_start=True,
    )
    return went.until("2026-03-05T09:00").supply("甲").supply("乙").tell("P", A.ACCEPTED)


def promising(mode: ToleranceMode, **terms: Any) -> Course:
    deferring = item(materials=(FIRST, LATER), tolerance=Tolerance(mode), **terms)
    went = Course(deferring, item("Q"), edges=(("P", "Q", "A"),), provided="甲").until("2026-03-02T10:00")
    sign(went, own_date=date(2026, 3, 1))
    sign(went, breached=date(2026, 2, 1))
    sign(went, materials=("甲",))
    sign(went, own_date=date(2026, 3, 6))
    sign(went)
    return went.tell("P", A.ACCEPTED)


def sign(went: Course, breached: date | None = None, **promised: Any) -> None:
    promise, standing = Promise("P", "刘晓", **promised), Standing("云帆公司", "91211282MAWPAAD45K", breached)
    went.do(f"signs {promised}", lambda: committed(went.snapshot, promise, standing, went.now))


@course
def cured() -> Course:
    went = promising(ToleranceMode.HOLD_RESULT).tell("P", A.DECIDED, **GRANTED).tell("P", A.REVIEW_FINISHED)
    went.tell("P", A.BREACH_FOUND, reason="未履行", legal_basis="国办发〔2020〕42号").until("2026-03-06T09:00")
    went.supply("乙").tell("P", A.CURE_VERIFIED, handler="王芳").tell("P", A.CURE_VERIFIED).tell("P", A.REVIEW_FINISHED)
    return went.tell("P", A.DECIDED, **GRANTED)


@course
def cured_at_the_department() -> Course:
    went = promising(ToleranceMode.HOLD_RESULT).tell("P", A.REVIEW_FINISHED).until("2026-03-05T09:00")
    return went.tell("P", A.CURE_VERIFIED, handler="王芳").tell("P", A.DECIDED, **GRANTED)


@course
def not_cured() -> Course:
    return promising(ToleranceMode.HOLD_RESULT).tell("P", A.REVIEW_FINISHED).until("2026-04-10T09:00")


@course
def not_verified() -> Course:
    went = promising(ToleranceMode.HOLD_RESULT).tell("P", A.REVIEW_FINISHED).supply("乙")
    return went.until("2026-05-10T09:00")


@course
def broken_after_the_licence() -> Course:
    went = promising(ToleranceMode.ISSUE_THEN_CURE).tell("P", A.DECIDED, **GRANTED).tell("Q", A.ACCEPTED)
    found = {"reason": "现场核查不符", "legal_basis": "国办发〔2020〕42号", "handler": "王芳"}
    went.until("2026-04-20T09:00").tell("P", A.BREACH_FOUND, **found, correct_within=5).until("2026-05-20T09:00")
    return went.tell("P", A.BREACH_FOUND, **found).tell("P", A.BREACH_FOUND, **found).until("2026-06-20T09:00")


@course
def cured_after_the_licence() -> Course:
    went = promising(ToleranceMode.ISSUE_THEN_CURE).tell("P", A.DECIDED, **GRANTED).until("2026-03-20T09:00")
    return went.supply("乙").tell("P", A.CURE_VERIFIED).tell("Q", A.DECIDED, **GRANTED).until("2026-05-20T09:00")


@course
def on_a_promise() -> Course:
    went = Course(item(by_commitment=True), shows_the_start=True)
    sign(went)
    went.supply("告知承诺书（事项P）")
    sign(went, kind=CommitmentKind.NOTIFIED)
    went.tell("P", A.ACCEPTED).tell("P", A.DECIDED, **{**GRANTED, "decision": "granted_by_commitment"}).until(
        "2026-03-20T09:00"
    )
    found = {"reason": "现场核查不符", "legal_basis": "国办发〔2020〕42号"}
    went.tell("P", A.BREACH_FOUND, **found, correct_within=5).until("2026-04-20T09:00")
    return went.tell("P", A.BREACH_FOUND, **found).until("2026-05-20T09:00")


@course
def never_promised() -> Course:
    went = Course(item()).tell("P", A.DECIDED, **{**GRANTED, "decision": "granted_by_commitment"})
    sign(went, kind=CommitmentKind.NOTIFIED)
    return went


@course
def reminded() -> Course:
    went = Course(item(), item("Q"), edges=(("P", "Q", "A"),)).until("2026-03-03T09:00")
    for code, reason in (("P", None), ("P", "等着开工"), ("Q", None)):
        went.do(
            f"reminds {code}",
            lambda c=code, r=reason: reminding.reminded(went.snapshot, ItemCode(c), r, went.now)[1],
        )
    return went


@course
def green_channel() -> Course:
    went = Course(item(), item("Q", quantity_limited=True), item("R"), edges=(("P", "R", "A"),)).tell("P", A.ACCEPTED)
    channel = GreenChannel("市政府", "开政函1号", "省重点项目", at("2026-03-02T08:00"))
    went.do("ends", lambda: priority.ended(went.snapshot, "不再需要"))
    for _ in range(2):
        went.do("opens", lambda: priority.opened(went.snapshot, channel, went.now))
    went.tell("P", A.DECIDED, **GRANTED)
    went.do("ends", lambda: priority.ended(went.snapshot, "不再需要"))
    return went


@course
def renamed() -> Course:
    went = Course(item(), item("Q"), item("R"), edges=(("Q", "R", "A"),)).tell("P", A.DECIDED, **GRANTED)
    change = party.PartyChange("云帆有限公司", "登字12号", date(2026, 3, 1), "有限责任公司")
    return went.do("renamed", lambda: party.party_changed(went.snapshot, "云帆公司", "个体", change, went.now))


@course
def promised_and_withdrawn() -> Course:
    went = Course(item(by_commitment=True))
    sign(went, kind=CommitmentKind.NOTIFIED)
    went.do("withdraws", lambda: applicant.withdrawal_requested(went.snapshot, "项目取消", went.now))
    return went.until("2026-03-10T09:00")


@course
def one_result_of_two_is_disputed() -> Course:
    went = Course(item(), item("Q"), item("R"), wish=DeliveryWish(DeliveryChannel.WINDOW))
    for code in "PQR":
        went.tell(code, A.DECIDED, **GRANTED)
    proof = {"signer": "刘晓", "delivered_on": "2026-03-02", "address": "清河路1号"}
    for code in "PQ":
        went.do(f"hands over {code}", lambda c=code: handing.delivered(went.snapshot, ItemCode(c), proof, went.now))
    for serial, code in ((1, "P"), (2, None)):
        about = ItemCode(code) if code else None
        went.do(
            f"objects to {code}",
            lambda n=serial, c=about: confirming.objected(
                went.snapshot, ObjectionKind.NOT_RECEIVED, "没有收到", c, "刘晓", went.now, n
            ),
        )
    return went


@course
def applied_for_again_where_it_belongs() -> Course:
    went = Course(item(), item("Q"), item("R"), item("T"), edges=(("R", "Q", "H"),))
    for code in "PQ":
        went.tell(code, A.TRANSFERRED, department="DL", reason="职权划转")
        went.tell(code, A.ACCEPTED if code == "Q" else A.CLAIMED)
    went.tell("P", A.NOT_ACCEPTED, competent_agency="市局", **NEGATIVE)
    went.tell("R", A.DECIDED, **REFUSED, approver="李强")
    for code in "PQR":
        went.do(
            f"applies again for {code}",
            lambda c=code: refiling.applied_again(went.snapshot, ItemCode(c), "已修改图纸", (), went.now),
        )
    return went
