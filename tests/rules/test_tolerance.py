"""容缺受理 and 告知承诺: who may commit to what, until when, and for how long a breach bars."""

from dataclasses import replace
from datetime import date

import pytest

from rules.catalog import ClockStart, Limit, LimitUnit, Material, MaterialSource
from rules.commitments.record import CommitmentView
from rules.commitments.tolerance import (
    barred_until,
    cure_deadline,
    deferrable,
    ineligible,
    letter_name,
    missing,
    reminder_on,
)
from rules.identifiers import commitment_id
from rules.network import NetworkItem
from rules.terms import Policies, Terms, Tolerance
from rules.vocabulary import CommitmentKind, CommitmentStatus, Ineligibility
from rules.workdays import OFFICIAL
from tests.rules.networks import network_item

TOLERANCE, NOTIFIED = CommitmentKind.TOLERANCE, CommitmentKind.NOTIFIED
MONDAY = date(2026, 3, 2)
LISTED = Terms(tolerance=Tolerance())


def material(name: str, *, later: bool = False, source: MaterialSource = MaterialSource.APPLICANT) -> Material:
    return Material(name, later, source)


def item(terms: Terms = LISTED, *, waived: tuple[str, ...] = ()) -> NetworkItem:
    """It needs 甲 of the applicant, 乙 may follow later, 丙 is shared, 丁 is the agent's and may follow."""
    materials = (
        material("甲"),
        material("乙", later=True),
        material("丙", source=MaterialSource.SHARED),
        material("丁", later=True, source=MaterialSource.AGENT),
    )
    return replace(network_item("P"), materials=materials, terms=terms, waived=waived)


def commitment(*materials: str, kind: CommitmentKind = TOLERANCE, **changes: object) -> CommitmentView:
    view = CommitmentView(commitment_id("N", "P", "1"), network_item("P").code, kind, materials, "原件")
    return replace(view, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("terms", "named"), [(LISTED, {"乙"}), (Terms(), set())], ids=["listed", "not listed"])
def test_only_listed_materials_of_the_applicant_on_a_listed_item_may_be_deferred(terms: Terms, named: set[str]) -> None:
    assert deferrable(item(terms)) == named


@pytest.mark.parametrize(
    ("provided", "commitments", "lacking"),
    [
        ("", (), ("甲", "乙")),
        ("甲", (), ("乙",)),
        ("甲乙", (), ()),
        ("甲", (commitment("乙"),), ()),
        ("甲", (commitment("乙", status=CommitmentStatus.LAPSED),), ("乙",)),
        ("甲", (commitment("乙", item="Q"),), ("乙",)),
    ],
)
def test_an_item_lacks_what_is_neither_brought_nor_committed_to(
    provided: str, commitments: tuple[CommitmentView, ...], lacking: tuple[str, ...]
) -> None:
    assert missing(item(), frozenset(provided), commitments) == lacking


def test_what_the_journey_waives_is_brought_or_promised() -> None:
    waiving, brought = item(waived=("图",)), frozenset("甲乙")

    assert missing(waiving, brought, ()) == ("图",)
    assert missing(waiving, brought | {"图"}, ()) == ()
    assert missing(waiving, brought, [commitment("图", kind=NOTIFIED)]) == ()


def test_an_item_decided_on_a_promise_lacks_the_letter_until_it_is_signed() -> None:
    promised = item(Terms(by_commitment=True))

    assert missing(promised, frozenset("甲乙"), ()) == (letter_name(promised),)
    assert missing(promised, frozenset("甲乙"), [commitment("乙")]) == (letter_name(promised),)
    assert missing(promised, frozenset("甲乙"), [commitment(kind=NOTIFIED)]) == ()


@pytest.mark.parametrize(
    ("terms", "materials", "provided", "breached_on", "found"),
    [
        (LISTED, "乙", "甲", None, None),
        (Terms(), "乙", "甲", None, Ineligibility.NOT_LISTED),
        (LISTED, "乙", "", None, Ineligibility.MAIN_MISSING),
        (LISTED, "甲", "甲", None, Ineligibility.NOT_DEFERRABLE),
        (LISTED, "乙丁", "甲", None, Ineligibility.NOT_DEFERRABLE),
        (LISTED, "戊", "甲", None, Ineligibility.NOT_DEFERRABLE),
        (LISTED, "乙", "甲乙", None, Ineligibility.NOTHING_MISSING),
        (LISTED, "", "甲", None, Ineligibility.NOTHING_MISSING),
        (LISTED, "乙", "甲", date(2025, 9, 3), Ineligibility.BREACH_ON_RECORD),  # 180 days ago
        (LISTED, "乙", "甲", date(2025, 9, 2), None),
        (LISTED, "乙", "甲", MONDAY, Ineligibility.BREACH_ON_RECORD),
    ],
)
def test_a_commitment_to_bring_later_needs_a_listed_item_complete_main_materials_and_a_clean_record(
    terms: Terms, materials: str, provided: str, breached_on: date | None, found: Ineligibility | None
) -> None:
    given = (tuple(materials), frozenset(provided), breached_on, Policies(), MONDAY)

    assert ineligible(item(terms), TOLERANCE, *given) is found


@pytest.mark.parametrize(
    ("offered", "breached_on", "found"),
    [
        (item(Terms(by_commitment=True)), None, None),
        (item(waived=("图",)), None, None),
        (item(), None, Ineligibility.NOT_OFFERED),
        (item(waived=("图",)), MONDAY, Ineligibility.BREACH_ON_RECORD),
        (item(waived=("图",)), date(2025, 9, 2), None),
    ],
)
def test_a_promise_needs_an_item_that_offers_it_and_a_clean_record(
    offered: NetworkItem, breached_on: date | None, found: Ineligibility | None
) -> None:
    assert ineligible(offered, NOTIFIED, (), frozenset(), breached_on, Policies(), MONDAY) is found


@pytest.mark.parametrize(
    ("days", "breached_on", "until"),
    [(180, MONDAY, date(2026, 8, 29)), (1, MONDAY, date(2026, 3, 3)), (0, MONDAY, None), (180, None, None)],
)
def test_a_breach_bars_for_the_natural_days_of_the_policy(
    days: int, breached_on: date | None, until: date | None
) -> None:
    assert barred_until(breached_on, Policies(breach_bar_days=days)) == until


WD, ND = LimitUnit.WORKING_DAY, LimitUnit.NATURAL_DAY


@pytest.mark.parametrize(
    ("max_days", "promised", "legal", "own", "due"),
    [
        (None, (5, WD), (20, WD), None, date(2026, 3, 9)),  # the promised limit
        (3, (5, WD), (20, WD), None, date(2026, 3, 5)),
        (10, (5, WD), (20, WD), None, date(2026, 3, 16)),
        (10, (5, WD), (7, WD), None, date(2026, 3, 11)),  # never beyond the handling limit (rule 3)
        (None, (0, WD), (3, WD), None, date(2026, 3, 5)),  # promised at once: the legal limit
        (None, (0, WD), (0, WD), None, MONDAY),
        (None, (5, ND), (20, WD), None, date(2026, 3, 9)),  # 03-07 is a Saturday
        (None, (5, WD), (20, WD), date(2026, 3, 6), date(2026, 3, 6)),
        (None, (5, WD), (20, WD), date(2026, 3, 7), date(2026, 3, 9)),  # a Saturday rolls
        (None, (5, WD), (20, WD), date(2026, 3, 20), date(2026, 3, 9)),
        (None, (5, WD), (20, WD), MONDAY, MONDAY),
        (None, (5, WD), (20, WD), date(2026, 2, 27), date(2026, 3, 9)),  # had passed before the acceptance
    ],
)
def test_a_cure_ends_with_the_earliest_of_the_limits_and_the_applicants_own_date(
    max_days: int | None,
    promised: tuple[int, LimitUnit],
    legal: tuple[int, LimitUnit],
    own: date | None,
    due: date,
) -> None:
    listed = replace(
        item(Terms(tolerance=Tolerance(max_days=max_days))),
        promised=Limit(*promised, ClockStart.ACCEPTANCE),
        legal=Limit(*legal, ClockStart.ACCEPTANCE),
    )

    assert cure_deadline(listed, MONDAY, own, OFFICIAL) == due


def test_working_days_of_a_cure_leave_out_the_spring_festival() -> None:
    # 2026-02-14, a Saturday, is worked; 02-15 to 02-23 are days off.
    assert cure_deadline(item(), date(2026, 2, 11), None, OFFICIAL) == date(2026, 2, 25)


@pytest.mark.parametrize(("days", "on"), [(2, date(2026, 3, 5)), (0, date(2026, 3, 9)), (5, MONDAY)])
def test_the_reminder_comes_so_many_working_days_before_the_end(days: int, on: date) -> None:
    assert reminder_on(date(2026, 3, 9), Policies(cure_reminder_days=days), OFFICIAL) == on
