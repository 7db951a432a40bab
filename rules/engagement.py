"""The engagement (委托): what an applicant has entrusted to agents, for which items, and until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.catalog import ItemCode
from rules.errors import NotAllowedNowError, NotAuthorisedError
from rules.people import Account
from rules.vocabulary import Word
from rules.workdays import OFFICIAL, Calendar


class Verb(Word):
    """What an agent may do in an applicant's name."""

    FILE = "file", "申报"
    SUPPLEMENT = "supplement", "补交材料"
    RECEIVE_DOCUMENTS = "receive_documents", "领取文书"
    SIGN_FOR_RECEIPT = "sign_for_receipt", "代签送达回证"
    WITHDRAW = "withdraw", "撤回申请"
    COMMIT = "commit", "作出承诺"


#: Given up with them are the applicant's own rights, so an engagement must name them expressly.
EXPRESS: Final = frozenset({Verb.WITHDRAW, Verb.COMMIT})
ORDINARY: Final = frozenset(Verb) - EXPRESS


class EngagementEnd(Word):
    """Why an engagement ended: the closed set of reasons to suspend or terminate proxy handling."""

    REVOKED = "revoked", "申请人撤销委托"
    EXPIRED = "expired", "委托期满"
    FALSE_PAPERS = "false_papers", "提供虚假材料或隐瞒情况"
    FEES_UNPAID = "fees_unpaid", "未按时缴纳法定费用"
    CONDITIONS_UNMET = "conditions_unmet", "不符合条件且无法补正"
    PROJECT_CANCELLED = "project_cancelled", "项目取消"
    APPLICANT_UNRESPONSIVE = "applicant_unresponsive", "多次催告后申请人无回应"
    STATUTORY = "statutory", "法律法规规定的其他情形"


#: What proxy handling may be suspended for, until it is put right; the others end it.
SUSPENDING: Final = frozenset(
    {
        EngagementEnd.FALSE_PAPERS,
        EngagementEnd.FEES_UNPAID,
        EngagementEnd.CONDITIONS_UNMET,
        EngagementEnd.APPLICANT_UNRESPONSIVE,
        EngagementEnd.STATUTORY,
    }
)


@dataclass(frozen=True, slots=True)
class Engagement:
    """An entrustment; both days of its period are included, civil dates in Asia/Shanghai."""

    agents: tuple[Account, ...]
    valid_from: date
    #: Without it, for the application's whole life.
    valid_until: date | None = None
    #: The items it covers, stages already resolved; None is the whole application.
    items: frozenset[ItemCode] | None = None
    verbs: frozenset[Verb] = ORDINARY
    excluded: frozenset[Verb] = frozenset()
    ended_on: date | None = None
    ended_because: EngagementEnd | None = None
    #: Why no agent acts at present (代办中止).
    suspended: EngagementEnd | None = None

    def end_on(self, on: date) -> EngagementEnd | None:
        """Say why it no longer holds on a day; None while it does. It ends with the beginning of the day it ends."""
        if self.ended_on is not None and on >= self.ended_on:
            return self.ended_because
        if self.valid_until is not None and on > self.valid_until:
            return EngagementEnd.EXPIRED
        return None


@dataclass(frozen=True, slots=True)
class EngagementTerms:
    """What an engagement says; no ``items`` and ``stages`` mean the whole application, no ``verbs`` the usual ones."""

    items: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] | None = None
    #: Authority that only counts when it is given expressly: to withdraw, to make a commitment.
    express: tuple[Verb, ...] = ()
    excluded: tuple[Verb, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    representative: str | None = None
    reference: str | None = None

    @property
    def granted(self) -> tuple[Verb, ...]:
        """All verbs, in the order of their set."""
        given = {*(ORDINARY if self.verbs is None else self.verbs), *self.express}
        return tuple(verb for verb in Verb if verb in given)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an applicant may stay silent: so many reminders, and working days after the last of them."""

    reminders: int = 2
    working_days: int = 10


def authorised(engagement: Engagement, verb: Verb, item: ItemCode | None, on: date) -> None:
    """Let an act pass that the engagement covers; without an item it concerns the application as a whole.

    Raises NotAuthorisedError outside the period, while it is suspended, for an act excluded or not entrusted, for one
    that needs express authority and has none, and outside the scope.
    """
    authorised_for_any(engagement, verb, None if item is None else (item,), on)


def authorised_for_any(engagement: Engagement, verb: Verb, items: Collection[ItemCode] | None, on: date) -> None:
    """Let an act pass that serves several items at once when one of them is covered; see ``authorised``."""
    if on < engagement.valid_from:
        raise _refusal(f"委托自 {engagement.valid_from.isoformat()} 起生效", engagement, verb)
    end = engagement.end_on(on)
    if end is not None:
        raise _refusal(f"委托已终止：{end.zh}", engagement, verb, ended=end.value)
    if engagement.suspended is not None:
        raise _refusal(
            f"代办服务已中止：{engagement.suspended.zh}", engagement, verb, suspended=engagement.suspended.value
        )
    if verb in engagement.excluded:
        raise _refusal(f"委托排除了“{verb.zh}”", engagement, verb)
    if verb not in engagement.verbs:
        needs = "须有明示授权" if verb in EXPRESS else "不在委托权限内"
        raise _refusal(f"“{verb.zh}”{needs}", engagement, verb)
    if engagement.items is None:
        return
    if items is None:
        raise _refusal(f"委托只及于部分事项，不能就整个申请“{verb.zh}”", engagement, verb)
    if engagement.items.isdisjoint(items):
        raise _refusal(f"{'、'.join(sorted(items))} 不在委托事项内", engagement, verb, items=sorted(items))


def require_suspendable(engagement: Engagement, because: EngagementEnd, on: date) -> None:
    """Let an engagement be suspended for a reason that can be put right. Raises NotAllowedNowError."""
    if because not in SUSPENDING:
        raise NotAllowedNowError(f"“{because.zh}”应终止委托，不是中止的理由", because=because)
    if engagement.end_on(on) is not None or engagement.suspended is not None:
        raise NotAllowedNowError("委托已终止，或者已经中止", because=because)


def require_resumable(engagement: Engagement, on: date) -> None:
    """Let a suspended engagement go on, unless it has ended meanwhile. Raises NotAllowedNowError."""
    if engagement.suspended is None or engagement.end_on(on) is not None:
        raise NotAllowedNowError("委托没有中止，或者已经终止")


def unresponsive(
    reminded: Sequence[date],
    answered: date | None,
    on: date,
    patience: Patience = Patience(),
    calendar: Calendar = OFFICIAL,
) -> bool:
    """Tell whether an applicant has let enough reminders pass: only those since the last answer count.

    The day of the last reminder is not counted (民法典 art. 201); the limit's last day still belongs to the applicant.
    """
    unanswered = sorted(day for day in reminded if answered is None or day > answered)
    if len(unanswered) < patience.reminders:
        return False
    return calendar.count_working_days(unanswered[-1], on) > patience.working_days


def _refusal(why: str, engagement: Engagement, verb: Verb, **details: object) -> NotAuthorisedError:
    return NotAuthorisedError(why, act=verb.value, agents=list(engagement.agents), **details)
