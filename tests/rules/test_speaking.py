"""What an applicant is told they may say is what the rules then let them say (行政许可法 art. 7, 47, 69, 70)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest

from rules.acts import cancelling
from rules.acts.hearings import applied_for
from rules.acts.speaking import Say, sayable, stated
from rules.effects import entered
from rules.entries import MessageQueued, Step
from rules.errors import NotAllowedNowError
from rules.frozen import changed
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct as A
from rules.vocabulary import MessageKind
from tests.rules.assignments import MONDAY, of, report, under_review
from tests.rules.test_cancelling import asked_for, decide, under_way
from tests.rules.test_hearings import ASK_BY, asked, at, told
from tests.rules.test_revoking import OPENED, granted

IN_TIME: Final = MONDAY.date()


def revoking_() -> ApplicationSnapshot:
    return report(granted(), A.REVOCATION_OPENED, MONDAY, **OPENED)[0]


def ended(status: S) -> ApplicationSnapshot:
    snapshot = told()
    [view] = snapshot.assignments.values()
    return changed(snapshot, assignments={view.item: changed(view, status=status)})


@pytest.mark.parametrize(
    ("made", "today", "expected"),
    [
        (under_review, IN_TIME, ()),
        (told, IN_TIME, (Say.HEARING,)),
        (told, ASK_BY, (Say.HEARING,)),
        (told, date(2026, 3, 10), ()),  # the fifth working day has passed
        (asked, IN_TIME, ()),  # asked for already
        (lambda: ended(S.WITHDRAWN), IN_TIME, ()),
        (granted, IN_TIME, (Say.CANCELLATION,)),
        (lambda: granted(S.DEEMED_APPROVED), IN_TIME, (Say.CANCELLATION,)),
        (lambda: granted(S.REVOKED), IN_TIME, ()),
        (lambda: granted(S.STRUCK_OFF), IN_TIME, ()),
        (lambda: granted(S.REFUSED), IN_TIME, ()),
        # Who deceived may not give the permit up before it is taken from them.
        (revoking_, IN_TIME, (Say.STATEMENT,)),
        (under_way, IN_TIME, (Say.STATEMENT,)),
        (asked_for, IN_TIME, ()),  # the holder's own wish: there is nothing to be heard against
        (lambda: decide(asked_for(), MONDAY)[0], IN_TIME, ()),
    ],
)
def test_what_may_be_said_today(
    made: Callable[[], ApplicationSnapshot], today: date, expected: tuple[Say, ...]
) -> None:
    snapshot = made()
    assert sayable(of(snapshot), today) == expected

    said = {
        Say.HEARING: lambda: applied_for(snapshot, of(snapshot), "清河餐饮", at(today.month, today.day)),
        Say.STATEMENT: lambda: stated(of(snapshot), "如实提交", "清河餐饮", MONDAY),
        Say.CANCELLATION: lambda: cancelling.requested(of(snapshot), "停业", "清河餐饮", MONDAY, "申请书1号"),
    }
    # A holder who asked for it themselves may still add to that, though nothing is to be heard against.
    for say in set(Say) - ({Say.STATEMENT} if cancelling.of(of(snapshot)) else set()):
        if say not in expected:
            with pytest.raises(NotAllowedNowError):
                said[say]()
    for say in expected:
        assert entered(snapshot, *said[say]()) != snapshot


def test_whoever_decides_is_told_what_the_holder_has_to_say() -> None:
    snapshot = under_way()
    kept, message, step = stated(of(snapshot), "可以修复", "清河餐饮", MONDAY)
    assert isinstance(message, MessageQueued)
    assert (message.kind, "可以修复" in message.body["reason"]) == (MessageKind.REMINDED, True)
    assert step == Step(
        "cancellation.stated",
        "P",
        reason="清河餐饮：可以修复",
        details={"by": "清河餐饮", "statement": "可以修复"},
    )
    heard = of(entered(snapshot, kept)).procedures["cancellation"]
    assert (heard["stated_on"], heard["statement"], heard["facts"]) == ("2026-03-02", "可以修复", "已清算并注销登记")
    with pytest.raises(NotAllowedNowError, match=r"^没有正在进行的撤销或者注销程序$") as refused:
        stated(of(granted()), "可以修复", "清河餐饮", MONDAY)
    assert refused.value.details == {"item": "P"}
    # Said again on the same day it is told again.
    again = stated(of(snapshot), "可以修复", "清河餐饮", MONDAY + timedelta(seconds=1))[1]
    assert again.serial != message.serial
