"""Conflict of interest (回避): nobody judges for a department what they have brought in for an applicant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rules.errors import ConflictOfInterestError
from rules.people import Account
from rules.vocabulary import Word


class Hat(Word):
    """In which capacity a person has stood on the applicant's side of an application."""

    FILED = "filed", "登记或申报人"
    AGENT = "agent", "代办员"
    BACKUP_AGENT = "backup_agent", "B岗代办员"
    STEWARD = "steward", "项目管家"
    REPRESENTATIVE = "representative", "受委托人"


class Duty(Word):
    """What a person does for a department."""

    HANDLE = "handle", "经办"
    DECIDE = "decide", "作出决定"
    COUNTERSIGN = "countersign", "复核签批"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a person may not: the capacities they had on the other side, or that they would countersign themselves."""

    person: Account
    duty: Duty
    hats: tuple[Hat, ...] = ()
    own_work: bool = False

    @property
    def reason(self) -> str:
        """The reason in Chinese, as the refusal and the record state it."""
        if self.own_work:
            return f"{self.person} 是该决定的经办人，不予许可须由另一人{self.duty.zh}（否定备案）"
        held = "、".join(hat.zh for hat in self.hats)
        return f"{self.person} 是同一申请的{held}，不得为部门{self.duty.zh}（回避）"


def conflict(
    person: Account,
    duty: Duty,
    involved: Mapping[Hat, Collection[Account]],
    handlers: Collection[Account] = (),
) -> Conflict | None:
    """Say precisely why ``person`` may not do this for a department, or None when nothing stands against it.

    ``involved`` names who has stood on the applicant's side of the same application, ``handlers`` who has handled the
    decision for the department, both names when B acted for A; they may not countersign it (approver ≠ handler).
    An office rule in the sense of 公务员法 art. 76 (公正执行公务): one person must not wear two hats.
    """
    hats = tuple(hat for hat in Hat if person in involved.get(hat, ()))
    if hats:
        return Conflict(person, duty, hats)
    if duty is Duty.COUNTERSIGN and person in handlers:
        return Conflict(person, duty, own_work=True)
    return None


def require_impartial(
    person: Account,
    duty: Duty,
    involved: Mapping[Hat, Collection[Account]],
    handlers: Collection[Account] = (),
) -> None:
    """Raise ConflictOfInterestError with the precise reason when ``conflict`` finds one."""
    found = conflict(person, duty, involved, handlers)
    if found is not None:
        raise ConflictOfInterestError(
            found.reason, person=person, duty=duty, hats=[hat.value for hat in found.hats], own_work=found.own_work
        )
