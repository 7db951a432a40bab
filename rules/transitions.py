"""Which act of a department fits which status of an assignment, and what it becomes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.errors import NotAllowedNowError
from rules.vocabulary import FAVOURABLE_STATUSES, FINAL_STATUSES, VOID_STATUSES, DepartmentAct
from rules.vocabulary import AssignmentStatus as S

_NOT_ACCEPTED: Final = frozenset({S.OPENED, S.RECEIVED})
_BEFORE_ACCEPTANCE: Final = _NOT_ACCEPTED | {S.CORRECTION_REQUIRED}
_IN_REVIEW: Final = frozenset({S.ACCEPTED, S.UNDER_REVIEW})
_ANY: Final = frozenset(S) - FINAL_STATUSES
_ISSUED: Final = FAVOURABLE_STATUSES - {S.NOT_REQUIRED}

#: For each act: the statuses it fits, and the status that follows from each (absent: unchanged).
_TABLE: Final[Mapping[DepartmentAct, tuple[frozenset[S], Mapping[S, S]]]] = MappingProxyType(
    {
        # 行政许可法 art. 32(5). A late acceptance of what is already in review changes nothing: order is tolerated.
        DepartmentAct.ACCEPTED: (
            _ANY,
            {S.OPENED: S.ACCEPTED, S.RECEIVED: S.ACCEPTED, S.CORRECTION_REQUIRED: S.ACCEPTED},
        ),
        DepartmentAct.CLAIMED: (_ANY, {S.OPENED: S.RECEIVED, S.ACCEPTED: S.UNDER_REVIEW}),
        # art. 32(4): the first notice before acceptance only; listed defects may be repeated with the clock running.
        DepartmentAct.CORRECTION_REQUESTED: (_ANY, dict.fromkeys(_NOT_ACCEPTED, S.CORRECTION_REQUIRED)),
        # art. 45.
        DepartmentAct.HOLD_STARTED: (_IN_REVIEW, dict.fromkeys(_IN_REVIEW, S.SPECIAL_PROCEDURE)),
        DepartmentAct.HOLD_ENDED: (frozenset({S.SPECIAL_PROCEDURE}), {S.SPECIAL_PROCEDURE: S.UNDER_REVIEW}),
        # art. 42: while the decision clock runs.
        DepartmentAct.EXTENSION_REQUESTED: (_IN_REVIEW | {S.SPECIAL_PROCEDURE}, {}),
        DepartmentAct.DECIDED: (_ANY, {}),
        DepartmentAct.NOTE: (_ANY, {S.OPENED: S.RECEIVED}),
        # art. 32(1), (2): instead of acceptance, never after it.
        DepartmentAct.NOT_ACCEPTED: (_BEFORE_ACCEPTANCE, dict.fromkeys(_BEFORE_ACCEPTANCE, S.NOT_ACCEPTED)),
        DepartmentAct.NOT_REQUIRED: (_BEFORE_ACCEPTANCE, dict.fromkeys(_BEFORE_ACCEPTANCE, S.NOT_REQUIRED)),
        # Of another department's item, through a door of its own.
        DepartmentAct.OPINION_GIVEN: (frozenset(), {}),
        # 否定备案: what becomes of the proposal depends on what was proposed (rules.acts.filing).
        DepartmentAct.REFUSAL_APPROVED: (frozenset({S.REFUSAL_PROPOSED}), {}),
        # Of what is decided only: casework/department_events.py.
        DepartmentAct.DECISION_CORRECTED: (frozenset(), {}),
        DepartmentAct.REFUSAL_RETURNED: (frozenset({S.REFUSAL_PROPOSED}), {}),
        # A proposal is settled where it was made; whoever gets the assignment takes it up anew.
        DepartmentAct.TRANSFERRED: (
            _ANY - {S.REFUSAL_PROPOSED},
            {S.RECEIVED: S.OPENED, S.UNDER_REVIEW: S.ACCEPTED},
        ),
        # 辽宁省政务服务容缺受理管理办法: review in advance, the result only after the cure.
        DepartmentAct.REVIEW_FINISHED: (_IN_REVIEW, dict.fromkeys(_IN_REVIEW, S.PENDING_CURE)),
        DepartmentAct.CURE_VERIFIED: (
            _IN_REVIEW | _ISSUED | {S.PENDING_CURE, S.SPECIAL_PROCEDURE},
            {S.PENDING_CURE: S.UNDER_REVIEW},
        ),
        DepartmentAct.BREACH_FOUND: (_ISSUED, {}),
        # 建筑法 art. 9: of what was granted.
        DepartmentAct.USE_EXTENDED: (_ISSUED, {}),
        # 行政许可法 art. 46 to 48: before the decision, and while its time is not counted.
        DepartmentAct.HEARING_TOLD: (_IN_REVIEW, {}),
        DepartmentAct.HEARING_REQUESTED: (_IN_REVIEW, {}),
        DepartmentAct.HEARING_ANNOUNCED: (_IN_REVIEW, dict.fromkeys(_IN_REVIEW, S.SPECIAL_PROCEDURE)),
        DepartmentAct.HEARING_HELD: (_IN_REVIEW | {S.SPECIAL_PROCEDURE}, {S.SPECIAL_PROCEDURE: S.UNDER_REVIEW}),
        # art. 34(3), 55(2).
        DepartmentAct.OFFICERS_ASSIGNED: (_IN_REVIEW | {S.SPECIAL_PROCEDURE}, {}),
        DepartmentAct.SITE_VISITED: (_IN_REVIEW | {S.SPECIAL_PROCEDURE}, {}),
        # art. 69: of what was granted.
        DepartmentAct.REVOCATION_OPENED: (_ISSUED, {}),
        DepartmentAct.REVOCATION_DECIDED: (_ISSUED, {}),
        # art. 70: of what was granted, and of what is void and still in the register.
        DepartmentAct.CANCELLATION_OPENED: (_ISSUED | VOID_STATUSES - {S.STRUCK_OFF}, {}),
        DepartmentAct.CANCELLATION_DECIDED: (_ISSUED | VOID_STATUSES - {S.STRUCK_OFF}, {}),
    }
)


def status_after(status: S, act: DepartmentAct) -> S:
    """Return the status after an act. Raises NotAllowedNowError when the act does not fit."""
    fits, becomes = _TABLE[act]
    if status not in fits:
        message = f"{status.zh}状态下不能{act.zh}"
        raise NotAllowedNowError(message, assignment_status=status, act=act)
    return becomes.get(status, status)


def acts_fitting(status: S) -> frozenset[DepartmentAct]:
    """Return the acts that fit a status, for who is to choose one; whether the law lets it is said when it is done."""
    return frozenset(act for act, (fits, _) in _TABLE.items() if status in fits)
