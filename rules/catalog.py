"""What the city publishes: departments, approval items with their limits and materials, and journeys."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from rules.terms import Join, Policies, Terms

DepartmentCode = NewType("DepartmentCode", str)
ItemCode = NewType("ItemCode", str)
JourneyCode = NewType("JourneyCode", str)
#: An item code, or a real-world milestone written with a hash: ``#START``, ``#DONE``, ``#OPER``.
NodeCode = NewType("NodeCode", str)


def is_milestone(node: str) -> bool:
    """Tell a real-world milestone (``#START``) from an approval item (``C04``)."""
    return node.startswith("#")


class Channel(StrEnum):
    """How assignments reach a department."""

    INBOX = "inbox"
    PUSH = "push"
    POLL = "poll"


class ItemKind(StrEnum):
    """办件类型: an immediate item has no waiting state; a filing has no permit decision; a milestone is no approval."""

    IMMEDIATE = "immediate"  # 即办件
    PROMISE = "promise"  # 承诺件
    FILING = "filing"  # 备案
    MILESTONE = "milestone"  # 里程碑


class LimitUnit(StrEnum):
    """Unit of a time limit; laws other than 行政许可法 write 日 without saying which (art. 82)."""

    WORKING_DAY = "WD"
    NATURAL_DAY = "ND"
    #: Ends on the day of the same number, or on the last of its month (民法典 art. 202).
    MONTH = "MONTH"


class ClockStart(StrEnum):
    """The act from which a limit runs: 受理之日 (行政许可法 art. 42) or 收到之日 (环境影响评价法 art. 22)."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


class MaterialSource(StrEnum):
    """Who provides a material."""

    APPLICANT = "applicant"
    #: Prepared by the agent from the intake form (申请表), never asked of the applicant.
    AGENT = "agent"
    #: Obtained by data sharing; may not be asked again (优化营商环境条例 art. 37).
    SHARED = "shared"
    #: The result of another approval item of the same application.
    RESULT = "result"


class EdgeKind(StrEnum):
    """What a prerequisite gates."""

    ACCEPTANCE = "A"  # must be granted before the item may be filed
    DECISION = "H"  # reviewed in parallel, granted before the item may be granted
    START = "S"  # gate of construction start
    OPENING = "O"  # gate of operation or use
    WORLD = "W"  # real-world time between two milestones


class RefusalPolicy(StrEnum):
    """What a refused required item does to the rest of the application."""

    STOP_DEPENDENTS = "stop_dependents"
    STOP_ALL = "stop_all"


class AnswerKind(StrEnum):
    """The type of an intake question's answer."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Department:
    code: DepartmentCode
    name: str
    name_en: str
    relation: str  # county | city_branch | vertical | technical | enterprise
    hall: str | None
    channel: Channel
    #: May contain ``{departments}``, replaced by the setting of that name when a message is sent.
    endpoint: str | None = None
    #: In whose name it acts, in full (开原市住房和城乡建设局); a branch decides in its bureau's name.
    authority: str = ""
    #: Where its decisions can be contested (行政复议法 art. 24, 27; 行政诉讼法 art. 18); both, or it decides nothing.
    reconsideration: str = ""
    court: str = ""
    #: Address and telephone for questions.
    enquiries: str = ""
    #: Who can order it to act; empty: the city itself. It may not order vertical and upper-level organs.
    supervisor: str = ""

    @property
    def decides(self) -> bool:
        """Tell whether it is an administrative organ; technical bodies and enterprises are none."""
        return self.relation not in ("technical", "enterprise")


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of ``days`` in ``unit`` (months, where that is its unit); 0 means at once.

    It may be extended once, by ``extension`` of the same unit.
    """

    days: int
    unit: LimitUnit
    start: ClockStart
    extension: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    name: str
    deferrable: bool
    source: MaterialSource
    #: The item whose result this is, when ``source`` is RESULT.
    result_of: ItemCode | None = None
    #: Items whose result serves as well: 备案, 核准 or 批准文件 alike. Empty in a resolved network.
    or_result_of: tuple[ItemCode, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalItem:
    code: ItemCode
    name: str
    name_en: str
    department: DepartmentCode
    kind: ItemKind
    legal: Limit
    promised: Limit
    materials: tuple[Material, ...]
    result: str
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the answer to ``question`` is one of ``equals``, or at least ``at_least`` for a number."""

    question: str
    equals: tuple[str | bool, ...] = ()
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    title: str
    title_en: str
    kind: AnswerKind
    default: str | bool | float
    choices: tuple[tuple[str, str], ...] = ()  # (value, Chinese label)


@dataclass(frozen=True, slots=True)
class JourneyItem:
    item: ItemCode
    stage: str
    required: bool = True
    #: All conditions must hold for the item to apply; none means always.
    when: tuple[Condition, ...] = ()
    #: Names of materials that this journey replaces by the applicant's commitment (告知承诺).
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    before: NodeCode
    after: NodeCode
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    name: str
    name_en: str
    lead: DepartmentCode | None


@dataclass(frozen=True, slots=True)
class Journey:
    code: JourneyCode
    name: str
    name_en: str
    stages: tuple[Stage, ...]
    items: tuple[JourneyItem, ...]
    edges: tuple[Edge, ...]
    questions: tuple[Question, ...] = ()
    refusal_policy: RefusalPolicy = RefusalPolicy.STOP_DEPENDENTS
    join: Join = Join()


@dataclass(frozen=True, slots=True)
class Catalog:
    """One published version of everything, keyed by code."""

    city: str
    division: str  # GB/T 2260, six digits
    departments: dict[DepartmentCode, Department] = field(default_factory=dict)
    items: dict[ItemCode, ApprovalItem] = field(default_factory=dict)
    journeys: dict[JourneyCode, Journey] = field(default_factory=dict)
    policies: Policies = Policies()
    #: The department that is the center (代办中心) and speaks for the office itself.
    center: DepartmentCode | None = None
