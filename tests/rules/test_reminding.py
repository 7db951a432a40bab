"""An agent's reminder: when a department may be reminded by hand, and what it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.acts.reminding import reminded, reminder_id
from rules.effects import entered
from rules.errors import ApplicationClosedError, NotAllowedNowError, NotFoundError
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, MessageKind
from rules.vocabulary import AssignmentStatus as S
from tests.rules.assignments import MONDAY, of, under_review

TURN = (S.RECEIVED, S.ACCEPTED, S.UNDER_REVIEW, S.SPECIAL_PROCEDURE, S.REFUSAL_PROPOSED)


def remind(snapshot: ApplicationSnapshot, item: str = "P", reason: str | None = "企业等待开工") -> ApplicationSnapshot:
    _, entries = reminded(snapshot, item, reason, MONDAY)  # type: ignore[arg-type]
    return entered(snapshot, *entries)


@pytest.mark.parametrize("status", S)
def test_a_department_is_reminded_while_it_has_the_assignment_in_hand(status: S) -> None:
    snapshot = under_review(status=status)
    if status in TURN:
        after = remind(snapshot)
        assert [message.kind for message in after.messages] == [MessageKind.REMINDED]
        assert of(after) == of(snapshot)
    else:
        with pytest.raises(NotAllowedNowError, match=status.zh):
            remind(snapshot)


def test_the_department_is_told_why_and_until_when() -> None:
    _, (message, step) = reminded(under_review(), "P", "企业等待开工", MONDAY)  # type: ignore[arg-type]
    assert message.body["reason"] == step.reason == "企业等待开工"  # type: ignore[union-attr]
    assert {"light", "due_on"} <= set(message.body)  # type: ignore[union-attr]
    _, (message, step) = reminded(under_review(), "P", None, MONDAY)  # type: ignore[arg-type]
    assert "reason" not in message.body  # type: ignore[union-attr]
    assert (step.kind, step.item, step.reason) == ("department.reminded", "P", None)  # type: ignore[union-attr]


def test_the_reminders_of_a_day_are_one_and_tomorrows_is_another() -> None:
    view = of(under_review())
    assert reminder_id(view, MONDAY) == reminder_id(view, MONDAY + timedelta(hours=8))
    assert reminder_id(view, MONDAY) != reminder_id(view, MONDAY + timedelta(days=1))


def test_nobody_is_reminded_of_an_item_that_was_not_sent_is_unknown_or_concluded() -> None:
    with pytest.raises(NotAllowedNowError, match="尚未派件"):
        remind(replace(under_review(), assignments={}))
    with pytest.raises(NotFoundError):
        remind(under_review(), "X")
    with pytest.raises(ApplicationClosedError):
        remind(replace(under_review(), status=ApplicationStatus.CONCLUDED))
