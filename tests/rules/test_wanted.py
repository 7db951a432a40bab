"""What the applicant may bring now: each material once for each reason, with its last day where the law sets one."""

from dataclasses import replace
from datetime import date

import pytest

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments.record import CommitmentView
from rules.effects import entered
from rules.snapshot import ApplicationSnapshot
from rules.terms import Correction, Terms
from rules.vocabulary import CommitmentKind, CommitmentStatus, DepartmentAct
from rules.wanted import Because, Wanted, wanted
from tests.rules.receipts import at, office, opened, tell, view_of

NOW = at("2026-03-02T09:00")
MATERIALS = {"X": ("章程", "图纸"), "Y": ("图纸",)}


def without(*names: str) -> ApplicationSnapshot:
    snapshot = office("X", "Y", materials=MATERIALS)
    return replace(snapshot, materials_provided=snapshot.materials_provided - set(names))


def corrected(*missing: str, days: int = 5) -> ApplicationSnapshot:
    """X has asked for corrections, and the applicant was told at once."""
    correction = Correction(applicant_days=days or None)
    snapshot = opened(office("X", "Y", correction=correction, materials=MATERIALS), NOW)
    snapshot, _ = tell(snapshot, "X", DepartmentAct.CORRECTION_REQUESTED, NOW, missing=list(missing), reason="未签字")
    view = view_of(snapshot, "X")
    told = (*view.clock, ClockEvent(ClockEventKind.CORRECTION_TOLD, NOW))
    return replace(snapshot, assignments={**snapshot.assignments, view.item: replace(view, clock=told)})


def promised(**changes: object) -> CommitmentView:
    view = CommitmentView(
        view_of(opened(without(), NOW), "X").id, ItemCode("X"), CommitmentKind.TOLERANCE, ("章程",), "原件"
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def test_nothing_is_wanted_when_everything_is_there() -> None:
    assert wanted(without()) == ()
    assert wanted(opened(without(), NOW)) == ()


def test_a_missing_material_is_named_once_with_every_item_that_waits_for_it() -> None:
    [line] = wanted(without("图纸"))
    names = tuple(without().network.item(code).name for code in ("X", "Y"))
    assert line == Wanted("图纸", Because.MISSING, names)


def test_what_a_department_asked_for_has_the_last_day_of_its_notice_until_it_is_brought() -> None:
    snapshot = corrected("章程", "合同")
    assert [(line.material, line.because, line.until) for line in wanted(snapshot)] == [
        ("合同", Because.CORRECTION, date(2026, 3, 9)),
        ("章程", Because.CORRECTION, date(2026, 3, 9)),
    ]
    brought = replace(snapshot, materials_provided=snapshot.materials_provided | {"合同", "章程"})
    assert wanted(brought) == ()


def test_a_notice_without_a_limit_has_no_last_day() -> None:
    assert [line.until for line in wanted(corrected("章程", days=0))] == [None]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"due_on": date(2026, 3, 20)}, True),
        ({"kind": CommitmentKind.NOTIFIED}, False),
        ({"status": CommitmentStatus.CURED}, False),
        ({"supplied_at": NOW}, False),
    ],
    ids=["no day yet", "until its day", "a promise brings no paper", "kept", "brought and to be checked"],
)
def test_what_was_deferred_is_wanted_while_its_commitment_is_open(changes: dict[str, object], shown: bool) -> None:
    commitment = promised(**changes)
    snapshot = replace(without("章程"), commitments=(commitment,))
    expected = [("章程", Because.DEFERRED, commitment.due_on)] if shown else []
    found = [(each.material, each.because, each.until) for each in wanted(snapshot)]
    assert [each for each in found if each[1] is not Because.MISSING] == expected


def test_a_letter_of_promise_is_signed_and_not_uploaded() -> None:
    snapshot = office("X")
    item = replace(snapshot.network.items[0], terms=Terms(by_commitment=True))
    snapshot = replace(snapshot, network=replace(snapshot.network, items=(item,)))
    [line] = wanted(snapshot)
    assert (line.signed, line.because) == (True, Because.MISSING)
    assert [line.signed for line in wanted(without("章程"))] == [False]


def test_the_most_urgent_comes_first() -> None:
    snapshot = replace(corrected("合同"), commitments=(promised(due_on=date(2026, 3, 3)),))
    snapshot = replace(snapshot, materials_provided=snapshot.materials_provided - {"章程"})
    assert [line.because for line in wanted(entered(snapshot))] == [Because.DEFERRED, Because.CORRECTION]
