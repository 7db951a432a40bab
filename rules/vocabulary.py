"""The closed sets of words that applications, assignments and people are described with, and their Chinese names."""

from enum import StrEnum
from functools import cached_property
from typing import Self


class Word(StrEnum):
    """A word of a closed set; ``zh`` is its Chinese name."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.zh = zh
        return word


class ApplicationStatus(Word):
    """Where one application (代办件) stands."""

    REGISTERED = "registered", "已登记"
    IN_APPROVAL = "in_approval", "并联审批中"
    CONCLUDED = "concluded", "已办结"
    DELIVERED = "delivered", "已送达"
    #: Confirmed by the applicant, or not objected to in time; an objection opens it again.
    CLOSED = "closed", "已结案"


class Outcome(Word):
    """How an application ended."""

    GRANTED = "granted", "准予许可"
    PARTLY_GRANTED = "partly_granted", "部分准予"
    REFUSED = "refused", "不予许可"
    WITHDRAWN = "withdrawn", "已撤件"
    LAPSED = "lapsed", "退件办结"


class AssignmentStatus(Word):
    """Where one approval item at one department (部门任务) stands."""

    OPENED = "opened", "待派件"
    RECEIVED = "received", "已收件"
    CORRECTION_REQUIRED = "correction_required", "补正"
    ACCEPTED = "accepted", "已受理"
    UNDER_REVIEW = "under_review", "办理中"
    SPECIAL_PROCEDURE = "special_procedure", "特别程序"
    #: Review is finished, only deferred materials are missing (容缺受理, HOLD_RESULT).
    PENDING_CURE = "pending_cure", "待补齐容缺材料"
    #: A negative decision waits for its second pair of eyes (否定备案).
    REFUSAL_PROPOSED = "refusal_proposed", "拟作否定决定"
    GRANTED = "granted", "准予许可"
    PARTLY_GRANTED = "partly_granted", "部分准予"
    #: By law or published local rule, on the department's silence; never a grant.
    DEEMED_APPROVED = "deemed_approved", "视为同意"
    REFUSED = "refused", "不予许可"
    #: Not within the department's competence, or not acceptable (行政许可法 art. 32(2)).
    NOT_ACCEPTED = "not_accepted", "不予受理"
    #: No permit is needed (行政许可法 art. 32(1)): nothing stands in the way.
    NOT_REQUIRED = "not_required", "无需许可"
    #: Papers returned: the applicant's time to correct or to cure has passed.
    RETURNED = "returned", "退件"
    #: Granted, and void by law since it was not made use of in time (建筑法 art. 9).
    LAPSED = "lapsed", "已失效"
    #: Granted, and taken back by a decision of people (行政许可法 art. 69).
    REVOKED = "revoked", "已撤销"
    #: Granted, and taken out of the register while it stood (行政许可法 art. 70).
    STRUCK_OFF = "struck_off", "已注销"
    BLOCKED = "blocked", "前置未通过"
    CANCELLED = "cancelled", "终止办理"
    WITHDRAWN = "withdrawn", "撤件"

    @cached_property
    def final(self) -> bool:
        """Nothing more can happen to the assignment."""
        return self in FINAL_STATUSES

    @cached_property
    def favourable(self) -> bool:
        """What comes after the item may go on: it was granted, in part or by silence, or is not needed."""
        return self in FAVOURABLE_STATUSES

    @cached_property
    def decided(self) -> bool:
        """A department has decided, for or against."""
        return self in (AssignmentStatus.GRANTED, AssignmentStatus.PARTLY_GRANTED, AssignmentStatus.REFUSED)


FAVOURABLE_STATUSES = frozenset(
    {
        AssignmentStatus.GRANTED,
        AssignmentStatus.PARTLY_GRANTED,
        AssignmentStatus.DEEMED_APPROVED,
        AssignmentStatus.NOT_REQUIRED,
    }
)
#: Granted once, and valid no longer.
VOID_STATUSES = frozenset({AssignmentStatus.LAPSED, AssignmentStatus.REVOKED, AssignmentStatus.STRUCK_OFF})
FINAL_STATUSES = (
    FAVOURABLE_STATUSES
    | VOID_STATUSES
    | frozenset(
        {
            AssignmentStatus.REFUSED,
            AssignmentStatus.NOT_ACCEPTED,
            AssignmentStatus.RETURNED,
            AssignmentStatus.BLOCKED,
            AssignmentStatus.CANCELLED,
            AssignmentStatus.WITHDRAWN,
        }
    )
)


class DecisionKind(Word):
    """What a department decides (行政许可法 art. 38)."""

    GRANT = "granted", "准予"
    #: On the applicant's promise, checked afterwards (告知承诺).
    GRANT_BY_COMMITMENT = "granted_by_commitment", "告知承诺准予"
    PARTLY_GRANT = "partly_granted", "部分准予"
    REFUSE = "refused", "不予许可"
    NOT_ACCEPT = "not_accepted", "不予受理"
    NOT_REQUIRED = "not_required", "无需许可"
    #: Silence, where a law or published local rule says what it means.
    DEEMED = "deemed_approved", "视为同意"
    RETURN = "returned", "退件"


class MessageKind(Word):
    """What the center tells a department about an assignment."""

    DISPATCHED = "dispatched", "派件"
    CANCELLED = "cancelled", "终止"
    MATERIALS_ADDED = "materials_added", "补充材料"
    PREREQUISITES_MET = "prerequisites_met", "前置已齐"
    REMINDED = "reminded", "催办"
    #: Silence is about to mean consent: told before, with proof of delivery.
    SILENCE_WARNED = "silence_warned", "超时默认预告"
    SUPERVISED = "supervised", "督办"
    OPINION_ASKED = "opinion_asked", "征求意见"
    #: To the lead department: what one of those to be heard has said, or that it has let its days pass.
    OPINION_HEARD = "opinion_heard", "意见转告"
    REOPENED = "reopened", "重新审查"
    DEEMED = "deemed", "视为办理告知"
    #: To a joint review or a joint inspection (联合审查、联合踏勘).
    INVITED = "invited", "联合审查（踏勘）通知"
    PARTY_CHANGED = "party_changed", "申请人变更"
    #: One is asked for, called off, or recorded as kept or missed by the other side.
    APPOINTMENT = "appointment", "预约"


class NoticeKind(Word):
    """What the center tells the applicant."""

    MATERIALS_MISSING = "materials_missing", "一次性告知（缺件）"
    CORRECTION = "correction", "补正告知"
    GATE_OPENED = "gate_opened", "可以进行"
    RESULT = "result", "办结结果"
    RECEIPT = "receipt", "收件凭证"
    ACCEPTANCE = "acceptance", "受理通知书"
    NOT_ACCEPTED = "not_accepted", "不予受理决定书"
    NOT_REQUIRED = "not_required", "不受理告知书"
    DEFERRED_MATERIALS = "deferred_materials", "容缺受理通知书"
    CURE_REMINDER = "cure_reminder", "容缺材料补正提醒"
    CORRECTION_REMINDER = "correction_reminder", "补正提醒"
    SPECIAL_PROCEDURE = "special_procedure", "特别程序告知书"
    EXTENSION = "extension", "延期通知书"
    REFUSAL = "refusal", "不予许可决定书"
    GRANT = "grant", "准予许可决定书"
    RETURNED = "returned", "退件通知"
    WITHDRAWN = "withdrawn", "撤件确认"
    TRANSFERRED = "transferred", "移送告知"
    OVERDUE = "overdue", "超期说明"
    DEADLINE_MOVED = "deadline_moved", "时限重算告知"
    DEEMED = "deemed", "视为同意告知"
    BREACH = "breach", "承诺未履行告知"
    DECISION_CORRECTED = "decision_corrected", "决定更正告知"
    REOPENED = "reopened", "重新审查告知"
    #: Something new gates a milestone that was allowed to happen.
    GATE_CLOSED = "gate_closed", "暂不得进行"
    #: Results that have become ready, with what is in the applicant's space from now on.
    DELIVERY = "delivery", "结果送达"
    #: By when a permit must be made use of; that this day has moved; that it has passed.
    USE_BEFORE = "use_before", "限期使用告知"
    USE_EXTENDED = "use_extended", "延期使用告知"
    LAPSED = "lapsed", "许可失效告知"
    PARTY_CHANGED = "party_changed", "申请人变更告知"
    HEARING_RIGHTS = "hearing_rights", "听证告知书"
    HEARING_NOTICE = "hearing_notice", "听证通知书"
    REVOCATION_OPENED = "revocation_opened", "撤销许可事先告知"
    REVOCATION_DROPPED = "revocation_dropped", "不予撤销许可告知"
    REVOKED = "revoked", "撤销许可决定书"
    CANCELLATION_OPENED = "cancellation_opened", "注销许可事先告知"
    CANCELLATION_DROPPED = "cancellation_dropped", "不予注销许可告知"
    STRUCK_OFF = "struck_off", "注销许可决定书"


class DepartmentAct(Word):
    """What a department can report about an assignment."""

    ACCEPTED = "accepted", "受理"
    CLAIMED = "claimed", "签收办理"
    CORRECTION_REQUESTED = "correction_requested", "要求补正"
    HOLD_STARTED = "hold_started", "特别程序开始"
    HOLD_ENDED = "hold_ended", "特别程序结束"
    EXTENSION_REQUESTED = "extension_requested", "申请延期"
    DECIDED = "decided", "决定"
    NOTE = "note", "说明"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    NOT_REQUIRED = "not_required", "告知无需许可"
    #: The second pair of eyes on a negative decision (否定备案).
    REFUSAL_APPROVED = "refusal_approved", "同意否定决定"
    REFUSAL_RETURNED = "refusal_returned", "退回否定决定"
    TRANSFERRED = "transferred", "移送"
    DECISION_CORRECTED = "decision_corrected", "更正决定"
    #: Everything is reviewed, only deferred materials are missing (容缺受理).
    REVIEW_FINISHED = "review_finished", "审查完毕"
    CURE_VERIFIED = "cure_verified", "容缺材料已核验"
    BREACH_FOUND = "breach_found", "核查发现未履行承诺"
    OPINION_GIVEN = "opinion_given", "答复意见"
    #: More time to make use of what was granted (延期开工).
    USE_EXTENDED = "use_extended", "准予延期使用"
    HEARING_TOLD = "hearing_told", "告知听证权利"
    HEARING_REQUESTED = "hearing_requested", "听证申请"
    HEARING_ANNOUNCED = "hearing_announced", "通知听证"
    HEARING_HELD = "hearing_held", "举行听证"
    OFFICERS_ASSIGNED = "officers_assigned", "指派核查人员"
    SITE_VISITED = "site_visited", "现场核查"
    REVOCATION_OPENED = "revocation_opened", "启动撤销程序"
    REVOCATION_DECIDED = "revocation_decided", "撤销程序决定"
    CANCELLATION_OPENED = "cancellation_opened", "启动注销程序"
    CANCELLATION_DECIDED = "cancellation_decided", "注销程序决定"


class Rung(Word):
    """How far supervision of an overdue assignment has gone (督办、约谈、移送)."""

    ORDER = "order", "督办"
    YELLOW = "yellow", "黄牌督办"
    #: The head of the department is summoned (约谈), and it is made known (通报).
    RED = "red", "红牌督办、约谈"
    REFERRAL = "referral", "待移送"
    REFERRED = "referred", "已移送"


class Party(Word):
    """Whom an application can wait for."""

    DEPARTMENT = "department", "部门"
    APPLICANT = "applicant", "申请人"
    AGENT = "agent", "代办员"
    CENTER = "center", "代办中心"
    #: It decides on what a department has reviewed first (行政许可法 art. 35).
    SUPERIOR = "superior", "上级机关"
    #: The second pair of eyes on a negative decision.
    LEADER = "leader", "部门负责人"


class EnterpriseClass(Word):
    """The classes of enterprises each of which has a steward (项目管家全覆盖); an enterprise may be of several."""

    KEY_PROJECT = "key_project", "重点项目企业"
    ABOVE_SCALE_INDUSTRY = "above_scale_industry", "规上工业企业"
    ABOVE_SCALE_TRADE = "above_scale_trade", "限上商贸物流企业"


class OpinionStatus(Word):
    """Where a department's opinion on another department's item stands (征求意见)."""

    SENT = "sent", "已征求"
    SIGNED_FOR = "signed_for", "已签收"
    ANSWERED = "answered", "已答复"
    #: The days to answer have passed in silence.
    LAPSED = "lapsed", "逾期未答复"
    #: The item ended first: nothing is asked any more.
    VOID = "void", "无需答复"


class OpinionAnswer(Word):
    """The closed set of opinions a cooperating department may give."""

    AGREE = "agree", "同意"
    AGREE_WITH_CONDITIONS = "agree_with_conditions", "附条件同意"
    DISAGREE = "disagree", "不同意"
    #: The answer is its superior's to give; this one does not count yet.
    MUST_FORWARD_UP = "must_forward_up", "需转报上级"


class SiblingsDecision(Word):
    """What an agent answers when the matter is settled and others are still at work."""

    CONTINUE = "continue", "继续办理"
    CANCEL = "cancel", "终止办理"


class SessionKind(Word):
    """What departments come together for."""

    REVIEW = "review", "联合审查"
    INSPECTION = "inspection", "联合踏勘"


class SessionStatus(Word):
    """Where a joint session stands."""

    PLANNED = "planned", "已安排"
    HELD = "held", "已召开"
    CANCELLED = "cancelled", "已取消"


class CommitmentKind(Word):
    """What an applicant commits to."""

    #: To bring deferrable materials later (容缺受理).
    TOLERANCE = "tolerance", "容缺受理承诺"
    #: That a condition is met, decided at once and checked afterwards (告知承诺).
    NOTIFIED = "notified", "告知承诺"


class CommitmentStatus(Word):
    """Where a commitment stands; each ends exactly once."""

    SIGNED = "signed", "已签署"
    CURED = "cured", "已履行"
    #: Not kept in time, and no result had been issued: the item was returned.
    LAPSED = "lapsed", "逾期未履行"
    #: Found not kept by a person, after the result had been issued.
    BROKEN = "broken", "未履行"
    #: The item ended without needing it.
    VOID = "void", "失效"


class BreachKind(Word):
    """What a credit record is about."""

    CURE_LAPSED = "cure_lapsed", "逾期未补齐容缺材料"
    COMMITMENT_BROKEN = "commitment_broken", "未履行承诺"


class Ineligibility(Word):
    """Why a commitment is not accepted."""

    NOT_LISTED = "not_listed", "该事项未列入容缺受理清单"
    NOT_OFFERED = "not_offered", "该事项不实行告知承诺"
    BREACH_ON_RECORD = "breach_on_record", "申请人有未履行承诺的记录，尚在限制期内"
    MAIN_MISSING = "main_missing", "主要材料不齐，不能容缺受理"
    NOT_DEFERRABLE = "not_deferrable", "所列材料不可容缺"
    NOTHING_MISSING = "nothing_missing", "没有需要承诺的材料"


class ConflictResolution(Word):
    """What a person found about a decision that contradicts the recorded one."""

    #: The recorded decision stands, the other one is disregarded.
    STANDS = "stands", "原决定有效"
    #: The department must set its recorded decision aside by its own procedure (行政许可法 art. 69).
    REFERRED = "referred", "移送部门依法处理"


class StuckState(Word):
    """Why a message to a department has not got through."""

    #: Its endpoint is busy or left alone.
    DEFERRED = "deferred", "等候送达"
    HELD = "held", "受阻待重试"
    PARKED = "parked", "停止重试"
    REJECTED = "rejected", "部门拒收"


class InboxReason(Word):
    """Why an assignment stands in its department's inbox."""

    OWN = "own", "部门使用收件箱"
    CHOSEN = "chosen", "人工转入"
    #: Its system has been away for long.
    FAILOVER = "failover", "部门系统中断"


class EndpointState(Word):
    """How the endpoint of a department is, as people are told."""

    CLOSED = "closed", "正常"
    OPEN = "open", "暂停送达"
    HALF_OPEN = "half_open", "试探恢复"
