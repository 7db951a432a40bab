"""The law of one approval item beyond its two limits, and the office's policies, as the catalog states them."""

from dataclasses import dataclass
from enum import StrEnum

from rules.vocabulary import Word


class ReceiptSilence(StrEnum):
    """What follows when a department lets the time to ask for corrections pass (行政许可法 art. 32(4))."""

    DEEMED_ACCEPTED = "deemed_accepted"
    #: No law says that silence accepts: a person is told.
    ESCALATE = "escalate"


class DecisionSilence(StrEnum):
    """What follows when a department lets its legal limit pass: there is no general silent approval (art. 50(2))."""

    ESCALATE = "escalate"
    #: Only with a law or a published local document behind it; an outcome of its own, never a grant.
    DEEMED_APPROVED = "deemed_approved"


class ToleranceMode(StrEnum):
    """When the result is issued under 容缺受理 (辽宁省政务服务容缺受理管理办法)."""

    HOLD_RESULT = "hold_result"
    ISSUE_THEN_CURE = "issue_then_cure"


class Approver(Word):
    """Who may approve an extension (行政许可法 art. 42)."""

    AGENCY_HEAD = "agency_head", "行政机关负责人"
    GOVERNMENT_HEAD = "government_head", "本级人民政府负责人"


class JoinPolicy(StrEnum):
    """How several voices become one answer."""

    ALL = "all"
    ANY = "any"
    QUORUM = "quorum"
    WEIGHTED = "weighted"
    #: Granted unless somebody entitled to refuses.
    VETO = "veto"
    #: The lead decides; the others are heard.
    LEAD = "lead"


class OnRefusal(StrEnum):
    """When a refusal that settles the matter takes effect on the others."""

    STOP_NOW = "stop_now"
    LET_FINISH = "let_finish"
    WAIT_FOR_ALL = "wait_for_all"


class Siblings(StrEnum):
    """What becomes of those still at work once the matter is settled."""

    CANCEL = "cancel"
    #: A person is asked.
    ASK = "ask"
    #: They go on, and their answers change nothing.
    MOOT = "moot"


@dataclass(frozen=True, slots=True)
class Correction:
    """The time a department has to ask for everything missing, once (行政许可法 art. 32(4); special laws differ)."""

    days: int = 5
    #: WD working days or ND natural days, as the item's law has it.
    unit: str = "WD"
    silence: ReceiptSilence = ReceiptSilence.DEEMED_ACCEPTED
    #: Working days the applicant has to correct; None: no limit, as 行政许可法 sets none.
    applicant_days: int | None = None
    source: str = "行政许可法第三十二条"


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """A procedure whose time is not counted (行政许可法 art. 45, or a special law that says so)."""

    kind: str
    name: str
    basis: str
    #: The longest it may last, in working days; None: the law sets no maximum.
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Acceptance with deferrable materials missing, against a commitment (容缺受理)."""

    mode: ToleranceMode = ToleranceMode.HOLD_RESULT
    #: Working days to cure at most; None: the promised limit of the item (its legal one if it promises "at once").
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A department that is heard on another department's item (征求意见)."""

    department: str
    name: str
    weight: int = 1
    #: Its reasoned disagreement refuses by itself, under the policy VETO.
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Several departments on ONE item: the item's own department leads and decides on their opinions."""

    voices: tuple[Voice, ...]
    policy: JoinPolicy = JoinPolicy.LEAD
    #: Votes (QUORUM) or weight (WEIGHTED) needed to agree.
    needed: int = 0
    #: Working days to answer.
    days: int = 5
    #: Silence counts as consent only with a published local document (超时默认); empty: it escalates.
    silence_basis: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Until when the renewal of a permit must be asked for (行政许可法 art. 50(1); special laws differ)."""

    days: int = 30
    #: WD working days or ND natural days before the permit expires.
    unit: str = "ND"


@dataclass(frozen=True, slots=True)
class UseBy:
    """What must happen within months of receiving a permit, or the permit lapses by law (建筑法 art. 9)."""

    milestone: str
    months: int
    basis: str
    #: How often, and by how many months at most each time, the department may extend it.
    extensions: int = 0
    extension_months: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything else the law or the city says of an item."""

    correction: Correction = Correction()
    procedures: tuple[SpecialProcedure, ...] = ()
    #: None: the item is not on the published list of 容缺受理.
    tolerance: Tolerance | None = None
    extension_approver: Approver = Approver.AGENCY_HEAD
    silence: DecisionSilence = DecisionSilence.ESCALATE
    silence_basis: str = ""
    #: Working days to deliver after the decision (行政许可法 art. 44).
    delivery_days: int = 10
    #: The result is an electronic licence (电子证照) and can be delivered online; paper waits at the window.
    electronic: bool = True
    cooperation: Cooperation | None = None
    #: Decided on the applicant's promise, checked afterwards (告知承诺, 国办发〔2020〕42号).
    by_commitment: bool = False
    #: The applicant must come in person; no agent may act (行政许可法 art. 29(2)).
    in_person: bool = False
    #: Working days for a first look at substance by two officers (行政许可法 art. 34(3)); False: none.
    site_visit: bool = False
    renewal: Renewal = Renewal()
    #: There are fewer permits than applicants: the order of acceptance decides (行政许可法 art. 57).
    quantity_limited: bool = False
    #: None: the permit does not lapse for want of use.
    use_by: UseBy | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """How the items of an application become its outcome, declared by the journey."""

    policy: JoinPolicy = JoinPolicy.ALL
    needed: int = 0
    #: (item code, weight) for WEIGHTED; items not named weigh 1.
    weights: tuple[tuple[str, int], ...] = ()
    #: Items whose refusal alone refuses the whole, under VETO; the deciding item under LEAD.
    deciding: tuple[str, ...] = ()
    on_refusal: OnRefusal = OnRefusal.LET_FINISH
    siblings: Siblings = Siblings.MOOT
    #: Working days for a stage that several departments handle together (行政许可法 art. 42(2)); 0: none.
    joint_limit_days: int = 45
    #: Working days by which the head of the government may extend it, once.
    joint_extension_days: int = 15


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When yellow begins: at a share of the promised limit used, or with so few working days left."""

    yellow_percent: int = 80
    yellow_days_left: int = 1


@dataclass(frozen=True, slots=True)
class Policies:
    """What the city has decided where the law leaves room."""

    thresholds: Thresholds = Thresholds()
    #: Percent of the promised limit after which a first reminder goes out; 0: none.
    remind_percent: int = 50
    #: Hours for which corrections of several departments are gathered into one notice.
    notice_window_hours: int = 24
    #: Natural days for which an applicant who broke a commitment is not offered another; 0: no bar.
    breach_bar_days: int = 180
    #: Working days before the end of a cure at which the applicant is reminded.
    cure_reminder_days: int = 2
    #: Working days without a step after which the steward is told.
    slow_days: int = 5
    #: Working days for the agent to file again what a department's system did not take, and to answer what is asked
    #: (代办员服务时限); the agent's superior is told so many working days later.
    agent_filing_days: int = 1
    agent_answer_days: int = 1
    agent_grace_days: int = 1
    #: Working days for the agent to report what has happened in the real world.
    agent_feedback_days: int = 1
    #: Working days the applicant has to object before a closing (no false completion).
    objection_days: int = 5
    #: Hours after a withdrawal in which a department may still report what it had decided before.
    withdrawal_hours: int = 24
    #: Working days before the legal limit at which a department is warned that its silence will mean consent.
    silence_warning_days: int = 2
    #: Working days to correct a broken commitment after the licence is out, and between reminders of its department.
    breach_correction_days: int = 10
    #: Orders about a broken commitment after which supervision is told, once, that its department does nothing.
    breach_orders: int = 3
    #: Working days for a department to check what was brought or promised; its silence does no harm to the applicant.
    verification_days: int = 20
    #: Working days to close a consultation and a complaint (12345 办理时限), to put right what was rated badly, and to
    #: reply to a supervision order (督办).
    consultation_days: int = 3
    complaint_days: int = 13
    rectification_days: int = 15
    order_days: int = 5
    #: Working days for a holder to state their case before a permit is revoked.
    statement_days: int = 5
    #: Hours of the office, and how many appointments a department takes at a time, of so many minutes each (预约).
    opens_hour: int = 9
    closes_hour: int = 17
    appointment_minutes: int = 30
    appointment_places: int = 2
