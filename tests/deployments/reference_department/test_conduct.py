"""Callbacks fall on the days the item promises, and special procedures do not count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.reference_department.behaviours import BEHAVIOUR
from deployments.reference_department.callbacks import CorrectionRequested, Decided, HoldStarted
from deployments.reference_department.conduct import Conduct, Planned
from deployments.reference_department.protocol import Dispatched
from rules.workdays import OFFICIAL, SHANGHAI, local_date
from tests.deployments.reference_department.conftest import dispatched

FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=SHANGHAI)


def review(
    start: datetime, behaviour: str, promised_days: int = 2, unit: str = "WD", **options: object
) -> list[Planned]:
    content = dispatched(promised_days=promised_days)
    content["limits"]["promised"]["unit"] = unit
    rule = BEHAVIOUR.validate_python({"behaviour": behaviour, **options})
    conduct = Conduct(Dispatched.model_validate(content), rule, "王芳", "HCB-C04〔2026〕000001号", "李强")
    return list(conduct.review(start))


def held_for(procedure: str, days: int, allowed: list[dict[str, object]]) -> HoldStarted | None:
    content = {**dispatched(promised_days=2), "procedures": allowed}
    rule = BEHAVIOUR.validate_python({"behaviour": "hold", "days": days, "procedure": procedure})
    planned = Conduct(Dispatched.model_validate(content), rule, "王芳", "1", "李强").review(FRIDAY)
    return next((each.content for each in planned if isinstance(each.content, HoldStarted)), None)


def test_a_hold_is_one_that_the_item_has_and_no_longer_than_it_may_be() -> None:
    review_ = {"kind": "expert_review", "name": "专家评审", "basis": "法", "max_days": 5}
    testing = {"kind": "testing", "name": "检测", "basis": "法"}

    wanted = held_for("testing", 9, [review_, testing])
    assert wanted is not None
    assert (wanted.procedure, wanted.days, len(set(wanted.officers))) == ("testing", 9, 2)
    first = held_for("hearing", 9, [review_, testing])
    assert first is not None
    assert (first.procedure, first.days) == ("expert_review", 5)
    assert held_for("hearing", 9, []) is None


@pytest.mark.parametrize(
    ("behaviour", "options"),
    [
        ("approve", {}),
        ("approve", {"minutes": 5}),
        ("slow", {"factor": 3}),
        ("hold", {"days": 3}),
        ("out_of_order", {}),
        ("extend", {"days": 3, "approver": "张某", "extension_reason": "复杂"}),
    ],
)
def test_two_officers_look_at_a_site_before_the_grant_however_the_department_behaves(
    behaviour: str, options: dict[str, object]
) -> None:
    rule = BEHAVIOUR.validate_python({"behaviour": behaviour, **options})
    assignment = Dispatched.model_validate(dispatched(site_visit=True))
    planned = Conduct(assignment, rule, "王芳", "1", "李强").review(FRIDAY)
    names = [each.content.name for each in sorted(planned, key=lambda each: each.due_at)]
    assert (
        names.index("accepted")
        < names.index("officers_assigned")
        < names.index("site_visited")
        < names.index("decided")
    )
    visits = [each for each in planned if each.content.name in ("officers_assigned", "site_visited")]
    assert [len(set(each.content.officers)) for each in visits] == [2, 2]  # type: ignore[attr-defined]
    assert OFFICIAL.count_working_days(local_date(FRIDAY), local_date(visits[0].due_at)) <= 5


def decided_at(planned: list[Planned]) -> datetime:
    return next(callback.due_at for callback in planned if isinstance(callback.content, Decided))


@pytest.mark.parametrize(
    ("behaviour", "options", "end"),
    [
        ("approve", {}, datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)),
        ("approve", {"unit": "ND"}, datetime(2026, 3, 8, 9, 0, tzinfo=SHANGHAI)),
        ("approve", {"working_days": 1}, datetime(2026, 3, 9, 9, 0, tzinfo=SHANGHAI)),
        ("approve", {"minutes": 45}, datetime(2026, 3, 6, 9, 45, tzinfo=SHANGHAI)),
        ("approve", {"promised_days": 0}, datetime(2026, 3, 6, 9, 10, tzinfo=SHANGHAI)),
        ("slow", {}, datetime(2026, 3, 12, 9, 0, tzinfo=SHANGHAI)),
        ("slow", {"factor": 1.2}, datetime(2026, 3, 11, 9, 0, tzinfo=SHANGHAI)),
        ("slow", {"promised_days": 0}, datetime(2026, 3, 9, 9, 0, tzinfo=SHANGHAI)),
        ("slow", {"minutes": 20, "factor": 3}, datetime(2026, 3, 6, 10, 0, tzinfo=SHANGHAI)),
        ("hold", {"days": 3}, datetime(2026, 3, 13, 9, 0, tzinfo=SHANGHAI)),
        ("out_of_order", {}, datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)),
    ],
)
def test_the_decision_falls_on_the_end_of_the_working_time(
    behaviour: str, options: dict[str, object], end: datetime
) -> None:
    assert decided_at(review(FRIDAY, behaviour, **options)) == end  # type: ignore[arg-type]


def test_an_instant_given_in_utc_is_worked_on_in_office_days() -> None:
    monday_in_shanghai = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)
    assert local_date(decided_at(review(monday_in_shanghai, "approve", 1))).isoformat() == "2026-03-10"


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1), timezones=st.just(SHANGHAI)),  # noqa: DTZ001
    limit=st.integers(1, 30),
    held=st.integers(1, 40),
)
def test_a_held_decision_uses_exactly_the_limit_without_the_held_days(start: datetime, limit: int, held: int) -> None:
    days = [local_date(callback.due_at) for callback in review(start, "hold", limit, days=held)]
    received, stopped, resumed, decided = local_date(start), *days[2:]
    used = OFFICIAL.count_working_days(received, stopped) + OFFICIAL.count_working_days(resumed, decided)
    assert used == limit
    assert OFFICIAL.count_working_days(stopped, resumed) == held


@pytest.mark.parametrize("late", ["23:49:59", "23:50:01", "23:58:00", "23:59:59.999999"])
@pytest.mark.parametrize(("behaviour", "promised"), [("hold", 1), ("approve", 0), ("extend", 1), ("correction", 1)])
def test_what_takes_minutes_takes_no_day_more(late: str, behaviour: str, promised: int) -> None:
    start = datetime.fromisoformat(f"2026-03-06T{late}+08:00")
    more = {"hold": {"days": 3}, "extend": {"days": 5, "approver": "局长", "extension_reason": "复杂"}}
    times = [callback.due_at for callback in review(start, behaviour, promised, **more.get(behaviour, {}))]
    assert times == sorted(times)
    assert start <= times[0] <= times[1] < datetime(2026, 3, 7, tzinfo=SHANGHAI)


@given(
    behaviour=st.sampled_from(["approve", "slow", "flaky", "duplicate"]),
    minutes=st.floats(0.001, 10_000),
)
def test_callbacks_are_planned_in_the_order_in_which_things_happen(behaviour: str, minutes: float) -> None:
    times = [callback.due_at for callback in review(FRIDAY, behaviour, minutes=minutes)]
    assert times == sorted(times)
    assert len(times) == 3
    assert times[0] >= FRIDAY


DEFERRED = {
    "materials": [{"name": "申请表"}, {"name": "照片", "provided": False, "deferrable": True}],
    "commitments": [{"kind": "tolerance", "materials": ["照片"]}],
}


@pytest.mark.parametrize(
    ("changes", "ends", "cured"),
    [
        (DEFERRED, "review_finished", ["accepted", "claimed", "cure_verified", "decided"]),
        ({**DEFERRED, "commitments": []}, "decided", []),
        ({**DEFERRED, "commitments": [{"kind": "notified", "materials": ["照片"]}]}, "cure_verified", []),
        ({**DEFERRED, "materials": [{"name": "照片", "deferrable": True}]}, "decided", []),
    ],
)
def test_a_review_with_deferred_materials_missing_waits_for_them(
    changes: dict[str, object], ends: str, cured: list[str]
) -> None:
    assignment = Dispatched.model_validate(dispatched(**changes))
    conduct = Conduct(assignment, BEHAVIOUR.validate_python({"behaviour": "approve"}), "王芳", "1", "李强")

    assert conduct.review(FRIDAY)[-1].content.name == ends
    assert [planned.content.name for planned in conduct.cured(FRIDAY)] == cured


@pytest.mark.parametrize(
    ("materials", "missing"),
    [
        ([{"name": "申请表"}, {"name": "施工合同", "provided": False}], ("施工合同",)),
        ([{"name": "申请表"}, {"name": "照片", "provided": False, "deferrable": True}], ("申请表",)),
        ([], ("申请表",)),
    ],
)
def test_a_correction_names_what_was_not_provided(materials: list[dict[str, object]], missing: tuple[str, ...]) -> None:
    assignment = Dispatched.model_validate(dispatched(materials=materials))
    rule = BEHAVIOUR.validate_python({"behaviour": "correction"})
    (request,) = Conduct(assignment, rule, "王芳", "1", "李强").correction(FRIDAY)
    assert isinstance(request.content, CorrectionRequested)
    assert request.content.missing == missing
    assert FRIDAY < request.due_at < FRIDAY + timedelta(hours=1)


BREACH = {"behaviour": "breach", "breach_reason": "现场与承诺不符", "breach_basis": "国办发〔2020〕42号"}


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ({"behaviour": "transfer", "to": "NRB", "reason": "职责已划转"}, ["transferred"]),
        (
            {"behaviour": "extend", "days": 10, "approver": "局长", "extension_reason": "案情复杂"},
            ["accepted", "claimed", "extension_requested", "decided"],
        ),
        ({**BREACH, "mended": True}, ["accepted", "claimed", "decided", "breach_found", "cure_verified"]),
        (BREACH, ["accepted", "claimed", "decided", "breach_found", "breach_found"]),
    ],
)
def test_what_else_a_department_may_do_with_an_assignment(behaviour: dict[str, object], expected: list[str]) -> None:
    rule = BEHAVIOUR.validate_python(behaviour)
    planned = Conduct(Dispatched.model_validate(dispatched()), rule, "王芳", "1", "李强").review(FRIDAY)

    assert [each.content.name for each in planned] == expected
    assert [each.due_at for each in planned] == sorted(each.due_at for each in planned)


def test_a_breach_that_is_not_mended_is_found_broken_after_its_last_day() -> None:
    rule = BEHAVIOUR.validate_python({**BREACH, "found_after": 5, "correct_within": 10})
    *_, decided, ordered, broken = Conduct(Dispatched.model_validate(dispatched()), rule, "王芳", "1", "李强").review(
        FRIDAY
    )

    days = [local_date(each.due_at) for each in (decided, ordered, broken)]
    assert OFFICIAL.count_working_days(days[0], days[1]) == 5
    assert OFFICIAL.count_working_days(days[1], days[2]) == 11
    assert [each.content.model_dump()["correct_within"] for each in (ordered, broken)] == [10, None]


def test_what_was_granted_on_a_promise_is_looked_at_five_working_days_later() -> None:
    promised = dispatched(commitments=[{"kind": "notified", "materials": []}])
    rule = BEHAVIOUR.validate_python({"behaviour": "approve"})
    *_, decided, kept = Conduct(Dispatched.model_validate(promised), rule, "王芳", "1", "李强").review(FRIDAY)

    assert decided.content.model_dump()["decision"] == "granted_by_commitment"
    assert kept.content.name == "cure_verified"
    assert OFFICIAL.count_working_days(local_date(decided.due_at), local_date(kept.due_at)) == 5
