"""The joint limit of a stage: 45 working days from its first acceptance, extended once by the government."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.catalog import ItemCode, RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind, Light
from rules.effects import entered
from rules.entries import Step
from rules.errors import NotFoundError, RefusedOnRecordError
from rules.identifiers import assignment_id
from rules.joint import extend, joint_clocks
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Approver, Join
from rules.vocabulary import ApplicationStatus, AssignmentStatus
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item

K = ClockEventKind


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def case(*clocks: tuple[ClockEvent, ...], ended: bool = False, join: Join = Join()) -> tuple[ApplicationSnapshot, Any]:
    """An application with an item a clock, each at a department of its own."""
    codes = [ItemCode(f"X{n}") for n in range(len(clocks))]
    shape = replace(network([network_item(code) for code in codes], [], RefusalPolicy.STOP_ALL), join=join)
    status = AssignmentStatus.GRANTED if ended else AssignmentStatus.UNDER_REVIEW
    views = {
        code: AssignmentView(assignment_id("N", code, 1), code, shape.item(code).department, 1, status, clock=clock)
        for code, clock in zip(codes, clocks, strict=True)
    }
    tenures = {code: (at("2026-03-02"), at("2026-03-10") if ended else None) for code in codes}
    return ApplicationSnapshot("N", ApplicationStatus.IN_APPROVAL, shape, views), tenures


def from_(when: str, *more: ClockEvent) -> tuple[ClockEvent, ...]:
    return (ClockEvent(K.RECEIVED, at(when)), ClockEvent(K.ACCEPTED, at(when)), *more)


def test_a_joint_stage_has_45_working_days_from_its_first_acceptance() -> None:
    snapshot, tenures = case(from_("2026-03-02"), from_("2026-03-05"))

    [joint] = joint_clocks(snapshot, tenures, at("2026-03-06"))
    assert (joint.days, joint.clock.used, joint.clock.legal_due) == (45, 4, date(2026, 5, 8))
    assert joint.clock.light is Light.GREEN
    [late] = joint_clocks(snapshot, tenures, at("2026-05-09"))
    assert late.clock.light is Light.BLACK


@pytest.mark.parametrize("join", [Join(joint_limit_days=0), Join()])
def test_one_department_alone_or_a_limit_of_none_is_not_joint(join: Join) -> None:
    clocks = (from_("2026-03-02"),) if join.joint_limit_days else (from_("2026-03-02"), from_("2026-03-02"))
    snapshot, tenures = case(*clocks, join=join)

    assert joint_clocks(snapshot, tenures, at("2026-03-06")) == ()


def test_only_days_on_which_no_authority_has_anything_are_left_out() -> None:
    stopped = (ClockEvent(K.HOLD_STARTED, at("2026-03-04"), 5),)
    one, tenures = case(from_("2026-03-02", *stopped), from_("2026-03-02"))
    both, _ = case(from_("2026-03-02", *stopped), from_("2026-03-02", *stopped))

    assert joint_clocks(one, tenures, at("2026-03-20"))[0].clock.used == 14
    assert joint_clocks(both, tenures, at("2026-03-20"))[0].clock.used == 9


def test_the_joint_clock_ends_with_the_last_decision() -> None:
    first, last = ClockEvent(K.STOPPED, at("2026-03-04")), ClockEvent(K.STOPPED, at("2026-03-10"))
    snapshot, tenures = case(from_("2026-03-02", first), from_("2026-03-02", last), ended=True)

    [joint] = joint_clocks(snapshot, tenures, at("2026-09-01"))
    assert (joint.clock.used, joint.clock.running, joint.clock.light) == (6, False, Light.GREEN)


def asked(**changes: Any) -> dict[str, Any]:
    given = {"days": 15, "approver": "赵市长", "level": Approver.GOVERNMENT_HEAD, "reason": "情况复杂"}
    return {**given, "now": at("2026-03-06"), **changes}


def test_the_head_of_the_government_extends_it_once() -> None:
    snapshot, tenures = case(from_("2026-03-02"), from_("2026-03-05"))

    extended = entered(snapshot, *extend(snapshot, "1", tenures, **asked()))
    [joint] = joint_clocks(extended, tenures, at("2026-03-06"))
    assert (joint.days, joint.clock.legal_due) == (60, date(2026, 5, 28))
    with pytest.raises(RefusedOnRecordError, match="一次"):
        extend(extended, "1", tenures, **asked())


@pytest.mark.parametrize(
    "wrong", [{"days": 16}, {"level": Approver.AGENCY_HEAD}, {"now": at("2026-05-09")}], ids=["days", "level", "late"]
)
def test_any_other_extension_is_refused_and_the_attempt_kept(wrong: dict[str, Any]) -> None:
    snapshot, tenures = case(from_("2026-03-02"), from_("2026-03-05"))

    with pytest.raises(RefusedOnRecordError) as caught:
        extend(snapshot, "1", tenures, **asked(**wrong))
    [step] = caught.value.entries
    assert isinstance(step, Step)
    assert step.kind == "extension.rejected"


def test_a_stage_that_has_not_begun_cannot_be_extended() -> None:
    snapshot, tenures = case((), ())

    with pytest.raises(NotFoundError):
        extend(snapshot, "1", tenures, **asked())
