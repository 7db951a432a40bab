"""What a department says when it is heard on another department's item (征求意见, 行政许可法 art. 26)."""

from datetime import datetime, timedelta

from deployments.reference_department.behaviours import Opining
from deployments.reference_department.callbacks import Claimed, OpinionGiven
from deployments.reference_department.conduct import Planned
from deployments.reference_department.working_time import WorkingTime

_FIRST_LOOK = timedelta(minutes=2)
_AGREES = "对该事项无不同意见"


def heard(rule: Opining, handler: str, start: datetime) -> tuple[Planned, ...]:
    """Plan the signature for the question and the answer; one that stays silent plans nothing."""
    if rule.opinion == "silent":
        return ()
    at = max(WorkingTime(working_days=rule.working_days).after(start), start + 2 * _FIRST_LOOK)
    signed = Planned(Claimed(handler=handler), start + _FIRST_LOOK)
    answer = Planned(
        OpinionGiven(opinion=rule.opinion, reason=rule.reason or _AGREES, conditions=rule.conditions, handler=handler),
        at,
    )
    if rule.opinion != "must_forward_up":
        return signed, answer
    superior = OpinionGiven(opinion=rule.then, reason=rule.reason or _AGREES, handler=handler)
    return signed, answer, Planned(superior, WorkingTime(working_days=rule.forwarded_days).after(at))
