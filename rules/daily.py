"""What the daily report (日报) of the office counts: what came in and went out, how it stands, who has to act."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.vocabulary import AssignmentStatus, Word


class DailyFigure(Word):
    """A number of the report; of a department's assignments unless it says applications."""

    # What happened on the day.
    REGISTERED = "registered", "新登记代办件"
    CONCLUDED = "concluded", "办结代办件"
    DELIVERED = "delivered", "送达代办件"
    RECEIVED = "received", "收件"
    ACCEPTED = "accepted", "受理件"
    CORRECTED = "corrected", "一次告知补正"
    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予"
    LATE = "late", "超期办结"
    # How it stood when it was last counted on the day.
    APPLICATIONS = "applications", "在办代办件"
    OPEN = "open", "在办"
    DUE_TODAY = "due_today", "今日到期"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"
    BLACK = "black", "超法定"
    # Who had to act then.
    BY_DEPARTMENT = "by_department", "待部门办理"
    BY_LEADER = "by_leader", "待负责人审批"
    BY_APPLICANT = "by_applicant", "待申请人补正"
    BY_PROCEDURE = "by_procedure", "特别程序中"
    BY_CENTER = "by_center", "待代办中心派件"
    # The same of applications, before and after the departments have them.
    MATERIAL = "material", "待申请人提供材料"
    DELIVERY = "delivery", "待代办中心送达"
    CONFIRMATION = "confirmation", "待申请人确认签收"


#: What a step of the day counts as. Everything an assignment ends with for or against the applicant is a decision.
COUNTED: Final[Mapping[str, DailyFigure]] = MappingProxyType(
    {
        "application.registered": DailyFigure.REGISTERED,
        "application.concluded": DailyFigure.CONCLUDED,
        "application.delivered": DailyFigure.DELIVERED,
        "assignment.received": DailyFigure.RECEIVED,
        "acceptance.granted": DailyFigure.ACCEPTED,
        "acceptance.implied": DailyFigure.ACCEPTED,
        "acceptance.deemed": DailyFigure.ACCEPTED,
        "correction.noticed": DailyFigure.CORRECTED,
        "decision.granted": DailyFigure.GRANTED,
        "decision.partly_granted": DailyFigure.GRANTED,
        "decision.not_required": DailyFigure.GRANTED,
        "decision.deemed": DailyFigure.GRANTED,
        "renewal.deemed": DailyFigure.GRANTED,
        "acceptance.not_required": DailyFigure.GRANTED,
        "decision.refused": DailyFigure.REFUSED,
        "acceptance.refused": DailyFigure.REFUSED,
    }
)
#: Everything that a day adds up; the rest is how it stood.
COURSE: Final = frozenset({*COUNTED.values(), DailyFigure.LATE})
#: Who has to act on an assignment that has not ended.
TURNS: Final[Mapping[AssignmentStatus, DailyFigure]] = MappingProxyType(
    {
        AssignmentStatus.OPENED: DailyFigure.BY_CENTER,
        AssignmentStatus.RECEIVED: DailyFigure.BY_DEPARTMENT,
        AssignmentStatus.ACCEPTED: DailyFigure.BY_DEPARTMENT,
        AssignmentStatus.UNDER_REVIEW: DailyFigure.BY_DEPARTMENT,
        AssignmentStatus.CORRECTION_REQUIRED: DailyFigure.BY_APPLICANT,
        AssignmentStatus.PENDING_CURE: DailyFigure.BY_APPLICANT,
        AssignmentStatus.REFUSAL_PROPOSED: DailyFigure.BY_LEADER,
        # A hearing, an inspection, a superior organ: its own page says who acts.
        AssignmentStatus.SPECIAL_PROCEDURE: DailyFigure.BY_PROCEDURE,
    }
)
