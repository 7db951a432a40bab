"""AB roles: who acts on a day, day by day around an absence, and never nobody."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalog import ItemCode
from rules.people import Absence, Account, Acting, Matter, Post, acting, may_act

A, B, C, M = (Account(name) for name in ("a", "b", "c", "m"))
POST = Post(A, B, M)
ALONE = Post(A, None, M)
MONDAY = date(2026, 3, 9)
FRIDAY = date(2026, 3, 13)
E10, E12 = ItemCode("E10"), ItemCode("E12")


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


AWAY = Absence(A, MONDAY, FRIDAY)


@pytest.mark.parametrize(
    ("offset", "person", "on_behalf_of"),
    [(-1, A, None), (0, B, A), (1, B, A), (4, B, A), (5, A, None), (9, A, None)],
)
def test_b_acts_for_a_from_the_first_to_the_last_day_and_no_longer(
    offset: int, person: Account, on_behalf_of: Account | None
) -> None:
    assert acting(POST, [AWAY], day(offset)) == Acting(person, on_behalf_of)
    assert may_act(B, POST, [AWAY], day(offset)) is (person == B)
    assert may_act(A, POST, [AWAY], day(offset)) is (person == A)


def test_an_absence_of_one_day_is_that_day() -> None:
    once = Absence(A, MONDAY, MONDAY)

    assert [acting(POST, [once], day(offset)).person for offset in (-1, 0, 1)] == [A, B, A]


def test_an_absence_until_further_notice_does_not_end() -> None:
    assert acting(POST, [Absence(A, MONDAY)], day(-1)) == Acting(A)
    assert acting(POST, [Absence(A, MONDAY)], day(4000)) == Acting(B, A)


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([], Acting(A)),
        ([Absence(B, MONDAY, FRIDAY)], Acting(A)),
        ([Absence(M, MONDAY, FRIDAY)], Acting(A)),
        ([AWAY, Absence(M, MONDAY, FRIDAY)], Acting(B, A)),
        ([AWAY, Absence(B, MONDAY, FRIDAY)], Acting(M, A)),
        ([AWAY, Absence(B, MONDAY, FRIDAY), Absence(M, MONDAY, FRIDAY)], Acting(M, A)),
        ([AWAY, Absence(B, FRIDAY, FRIDAY)], Acting(B, A)),
        ([Absence(A, MONDAY, FRIDAY, backup=C)], Acting(C, A)),
        ([Absence(A, MONDAY, FRIDAY, backup=C), Absence(C, MONDAY)], Acting(B, A)),
        ([Absence(A, MONDAY, FRIDAY, backup=C), Absence(C, MONDAY), Absence(B, MONDAY)], Acting(M, A)),
        ([AWAY, Absence(C, FRIDAY, FRIDAY, backup=M)], Acting(B, A)),
        ([AWAY, Absence(A, FRIDAY, FRIDAY, backup=C)], Acting(B, A)),
        ([AWAY, Absence(B, MONDAY, FRIDAY, backup=C)], Acting(M, A)),
    ],
)
def test_the_first_who_is_present_acts_and_the_manager_when_none_is(absences: list[Absence], expected: Acting) -> None:
    assert acting(POST, absences, MONDAY) == expected


def test_without_a_backup_the_manager_steps_in() -> None:
    assert acting(ALONE, [AWAY], MONDAY) == Acting(M, A)
    assert acting(ALONE, [Absence(A, MONDAY, backup=C)], MONDAY) == Acting(C, A)


def test_a_manager_who_is_a_himself_acts_in_his_own_name() -> None:
    assert acting(Post(A, None, A), [AWAY], MONDAY) == Acting(A)


@pytest.mark.parametrize(
    ("scope", "matter", "away"),
    [
        ({}, Matter(), True),
        ({}, Matter(E10, "DB-1"), True),
        ({"items": frozenset({E10})}, Matter(E10), True),
        ({"items": frozenset({E10})}, Matter(E12), False),
        ({"items": frozenset({E10})}, Matter(), False),
        ({"items": frozenset({E10})}, Matter(E12, "DB-1"), False),
        ({"items": frozenset({E10, E12})}, Matter(E12, "DB-1"), True),
        ({"applications": frozenset({"DB-1"})}, Matter(E10, "DB-1"), True),
        ({"applications": frozenset({"DB-1"})}, Matter(E10, "DB-2"), False),
        ({"applications": frozenset({"DB-1"})}, Matter(), False),
        ({"items": frozenset({E10}), "applications": frozenset({"DB-1"})}, Matter(E12, "DB-1"), True),
        ({"items": frozenset({E10}), "applications": frozenset({"DB-1"})}, Matter(E10, "DB-2"), True),
        ({"items": frozenset({E10}), "applications": frozenset({"DB-1"})}, Matter(E12, "DB-2"), False),
    ],
)
def test_an_absence_reaches_as_far_as_its_scope(scope: dict[str, frozenset[str]], matter: Matter, away: bool) -> None:
    absence = Absence(A, MONDAY, FRIDAY, **scope)  # type: ignore[arg-type]

    assert absence.covers(matter, MONDAY) is away
    assert acting(POST, [absence], MONDAY, matter).person == (B if away else A)
    assert may_act(B, POST, [absence], MONDAY, matter) is away


def test_a_backup_named_for_some_items_stands_in_for_these_only() -> None:
    absences = [AWAY, Absence(A, MONDAY, FRIDAY, items=frozenset({E10}), backup=C)]

    assert acting(POST, absences, MONDAY, Matter(E10)) == Acting(C, A)
    assert acting(POST, absences, MONDAY, Matter(E12)) == Acting(B, A)


@pytest.mark.parametrize(
    ("recused", "expected"),
    [((), Acting(A)), ((A,), Acting(B, A)), ((B,), Acting(A)), ((A, B), Acting(M, A)), ((A, B, M), Acting(M, A))],
)
def test_who_is_recused_counts_as_away(recused: tuple[Account, ...], expected: Acting) -> None:
    assert acting(POST, [], MONDAY, recused=recused) == expected
    assert may_act(expected.person, POST, [], MONDAY, recused=recused)


PEOPLE = st.sampled_from([A, B, C, M])
ABSENCES = st.lists(
    st.builds(
        Absence,
        PEOPLE,
        st.integers(0, 6).map(day),
        st.none() | st.integers(6, 9).map(day),
        st.frozensets(st.sampled_from([E10, E12])),
        st.frozensets(st.sampled_from(["DB-1"])),
        st.none() | PEOPLE,
    ),
    max_size=6,
)


@given(ABSENCES, st.integers(-1, 10).map(day), st.sampled_from([Matter(), Matter(E10), Matter(E12, "DB-1")]))
def test_exactly_one_person_acts_and_nobody_away_but_the_manager(
    absences: list[Absence], on: date, matter: Matter
) -> None:
    who = acting(POST, absences, on, matter)
    away = {absence.person for absence in absences if absence.covers(matter, on)}

    assert [person for person in (A, B, C, M) if may_act(person, POST, absences, on, matter)] == [who.person]
    assert who.person == M or who.person not in away
    assert (who.on_behalf_of is None) is (who.person == A)
    assert (who.person == A) is (A not in away)
