"""Simulated applications all end, the same seed gives the same result, and a broken rule is caught."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime

import pytest

from casework.catalog_file import read_catalog
from deployments.cli import main
from deployments.simulation import BrokenPromiseError, Simulation, course, simulate
from deployments.simulation.invariants import check
from deployments.simulation.running import _course
from deployments.simulation.tally import Tally, quantile
from rules.catalog import Catalog, JourneyCode
from rules.frozen import changed
from rules.moves import InsideMove, applied
from rules.planner import Plan, outlook, plan, settled
from rules.planning import lights, waiting
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus
from tests.conftest import CATALOG


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog(CATALOG)


def played(catalog: Catalog, applications: int, *, seed: int = 0, processes: int = 1) -> Tally:
    total = Tally()
    for tally in simulate(Simulation(catalog, applications, seed=seed), processes):
        total.merge(tally)
    return total


def test_every_simulated_application_ends_with_an_outcome(catalog: Catalog) -> None:
    total = played(catalog, 60)

    assert sum(counted.total() for counted in total.outcomes.values()) == 60
    assert all(outcome != "None" for counted in total.outcomes.values() for outcome in counted)
    assert total.statuses[AssignmentStatus.GRANTED] > total.statuses[AssignmentStatus.REFUSED] > 0
    assert total.events > 60


def test_what_is_remembered_of_an_application_is_what_would_be_found_anew(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planner keeps what it finds while the parts it was found of are the same: at no event may that matter."""
    looked = Counter[str]()

    def both(snapshot: ApplicationSnapshot, now: datetime) -> tuple[ApplicationSnapshot, tuple[InsideMove, ...]]:
        anew, made = snapshot, list[InsideMove]()
        while (current := plan(forgetful(anew), now)).inside:
            for move in current.inside:
                anew = applied(anew, move, now)
            made.extend(current.inside)
        found = settled(snapshot, now)
        assert found == (anew, tuple(made))
        looked.update(type(move).__name__ for move in made)
        return found

    def ahead(snapshot: ApplicationSnapshot, now: datetime) -> Plan:
        found = outlook(snapshot, now)
        assert found == plan(forgetful(snapshot), now)
        looked["outlook"] += 1
        return found

    monkeypatch.setattr(course, "settled", both)
    monkeypatch.setattr(course, "outlook", ahead)
    played(catalog, 150)

    assert looked["outlook"] > 3000
    assert {"SetDeadline", "ShowLight", "RemindEarly", "ReleaseDecision", "AskMaterials", "Escalate"} <= looked.keys()


def forgetful(snapshot: ApplicationSnapshot) -> ApplicationSnapshot:
    """The same application, of which nothing has been found yet."""
    views = {item: changed(view, clocks=[]) for item, view in snapshot.assignments.items()}
    return changed(snapshot, kept={}, assignments=views)


def test_the_same_seed_gives_the_same_result_on_any_number_of_processes(catalog: Catalog) -> None:
    assert played(catalog, 120, seed=7, processes=2) == played(catalog, 120, seed=7)
    assert played(catalog, 20, seed=7) != played(catalog, 20, seed=8)


def test_a_decision_without_acceptance_is_caught(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.acts.deciding.accept", lambda _view, _at: ())

    with pytest.raises(BrokenPromiseError, match="decided without acceptance"):
        played(catalog, 300)


def test_an_application_that_waits_for_nobody_is_caught(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "waits", _nothing)
    monkeypatch.setattr(lights, "timers", _nothing)

    with pytest.raises(BrokenPromiseError, match="waits for nobody and for nothing"):
        played(catalog, 20)


def test_an_application_that_never_ends_is_caught(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "check", _nothing)
    monkeypatch.setattr("rules.planning.stopping.joined", lambda _snapshot: None)

    with pytest.raises(BrokenPromiseError, match="never ends"):
        played(catalog, 20)


def test_a_final_status_that_changes_is_caught(catalog: Catalog) -> None:
    ended = _ended(catalog)
    item, view = next(iter(ended.assignments.items()))
    changed = replace(ended, assignments={**ended.assignments, item: replace(view, status=AssignmentStatus.ACCEPTED)})

    with pytest.raises(BrokenPromiseError, match="became accepted"):
        check(changed, Plan(outcome=ended.outcome), ended, datetime.fromisoformat("2026-06-01T10:00+08:00"))


@pytest.mark.parametrize(("day", "broken"), [("2026-05-31", True), ("2026-06-01", True), ("2026-06-02", False)])
def test_a_grant_lapses_only_when_its_time_to_be_used_is_over(catalog: Catalog, day: str, broken: bool) -> None:
    ended = _ended(catalog)
    item, view = next((item, view) for item, view in ended.assignments.items() if view.status.favourable)
    used_by = replace(view, use_by=date(2026, 6, 1))
    before = replace(ended, assignments={**ended.assignments, item: used_by})
    void = replace(used_by, status=AssignmentStatus.LAPSED)
    after = replace(ended, assignments={**ended.assignments, item: void})

    with pytest.raises(BrokenPromiseError, match="became lapsed") if broken else nullcontext():
        check(after, Plan(outcome=ended.outcome), before, datetime.fromisoformat(f"{day}T10:00+08:00"))


def test_applicants_come_in_person_where_they_must_and_an_item_filed_without_them_is_caught(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversions = Simulation(replace(catalog, journeys={JourneyCode("J4"): catalog.journeys[JourneyCode("J4")]}), 40)
    [tally] = simulate(conversions, 1)
    assert tally.steps["applicant.attended"] > 3

    monkeypatch.setattr("rules.planning.readiness.missing", lambda _snapshot, _item: ())
    with pytest.raises(BrokenPromiseError, match="E20: filed although its applicant was not there"):
        list(simulate(conversions, 1))


def test_quantiles_are_the_smallest_value_that_covers_the_share() -> None:
    counted = Counter({1: 5, 7: 4, 30: 1})

    assert [quantile(counted, share) for share in (0.5, 0.51, 0.9, 0.91, 1.0)] == [1, 7, 7, 30, 30]


def test_the_command_prints_outcomes_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--applications", "20", "--processes", "1", "--catalog", str(CATALOG), "--json"])

    report = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert sum(n for journey in report["journeys"].values() for n in journey["outcomes"].values()) == 20
    assert report["journeys"]["J5"]["working_days"]["p100"] >= report["journeys"]["J5"]["working_days"]["p50"]


def test_the_command_ends_with_one_when_a_promise_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rules.planning.stopping.joined", lambda _snapshot: None)

    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--applications", "5", "--processes", "1", "--catalog", str(CATALOG)])

    assert ended.value.code == 1
    assert "waits for nobody and for nothing" in capsys.readouterr().out


def _nothing(*_: object) -> Iterator[object]:
    return iter(())


def _ended(catalog: Catalog) -> ApplicationSnapshot:
    played_out = _course(Simulation(catalog, 1), 0)
    played_out.play()
    return played_out.snapshot
