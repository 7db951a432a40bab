"""The closed sets of words that applications, assignments and people are described with, and their Chinese names."""

from enum import StrEnum
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
    GRANTED = "granted", "准予许可"
    REFUSED = "refused", "不予许可"
    BLOCKED = "blocked", "前置未通过"
    CANCELLED = "cancelled", "终止办理"
    WITHDRAWN = "withdrawn", "撤件"

    @property
    def final(self) -> bool:
        """Nothing more can happen to the assignment."""
        return self in FINAL_STATUSES

    @property
    def decided(self) -> bool:
        """A department has decided, for or against."""
        return self in (AssignmentStatus.GRANTED, AssignmentStatus.REFUSED)


FINAL_STATUSES = frozenset(
    {
        AssignmentStatus.GRANTED,
        AssignmentStatus.REFUSED,
        AssignmentStatus.BLOCKED,
        AssignmentStatus.CANCELLED,
        AssignmentStatus.WITHDRAWN,
    }
)


class DecisionKind(Word):
    """What a department decides (行政许可法 art. 38)."""

    GRANT = "granted", "准予"
    REFUSE = "refused", "不予许可"


class MessageKind(Word):
    """What the center tells a department about an assignment."""

    DISPATCHED = "dispatched", "派件"
    CANCELLED = "cancelled", "终止"
    MATERIALS_ADDED = "materials_added", "补充材料"
    PREREQUISITES_MET = "prerequisites_met", "前置已齐"
    REMINDED = "reminded", "催办"


class NoticeKind(Word):
    """What the center tells the applicant."""

    MATERIALS_MISSING = "materials_missing", "一次性告知（缺件）"
    CORRECTION = "correction", "补正告知"
    GATE_OPENED = "gate_opened", "可以进行"
    RESULT = "result", "办结结果"


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


class Party(Word):
    """Whom an application can wait for."""

    DEPARTMENT = "department", "部门"
    APPLICANT = "applicant", "申请人"
    AGENT = "agent", "代办员"
    CENTER = "center", "代办中心"


class EnterpriseClass(Word):
    """The classes of enterprises each of which has a steward (项目管家全覆盖); an enterprise may be of several."""

    KEY_PROJECT = "key_project", "重点项目企业"
    ABOVE_SCALE_INDUSTRY = "above_scale_industry", "规上工业企业"
    ABOVE_SCALE_TRADE = "above_scale_trade", "限上商贸物流企业"
