"""What the planner keeps of an application names every field that it rests on, or it would be kept too long."""

import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest

from casework.catalog_file import read_catalog
from deployments.simulation import Simulation, simulate
from rules.frozen import while_same as original
from rules.snapshot import ApplicationSnapshot, AssignmentView
from tests.conftest import CATALOG

FIELDS = frozenset(each.name for each in fields(ApplicationSnapshot)) - {"kept", "memo"}
#: What one part says of others: the same progress is of the same network and the same milestones.
IMPLIED = {"progress": {"network", "milestones_reached"}}
#: What an assignment's own memory is kept for, beside the assignment and the day.
OF_A_VIEW = frozenset({"network", "calendar"})


class Watched:
    """A snapshot that writes down which of its fields are read."""

    def __init__(self, snapshot: Any) -> None:
        self.inner = snapshot
        self.real: ApplicationSnapshot = snapshot.real if isinstance(snapshot, Watched) else snapshot
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in FIELDS:
            self.read.add(name)
        return getattr(self.inner, name)

    @property
    def progress(self) -> Any:
        self.read.add("progress")
        return self.inner.progress

    @property
    def withdrawal_requested(self) -> bool:
        return self.withdrawal_requested_at is not None

    def once_of(self, view: AssignmentView, find: Callable[..., Any]) -> Any:
        return _of_a_view(self, lambda watched: find(watched, view), find)

    def once_a_day(self, view: AssignmentView, now: datetime, find: Callable[..., Any]) -> Any:
        return _of_a_view(self, lambda watched: find(watched, view, now), find)

    def read_clock(self, view: AssignmentView, now: datetime) -> Any:
        self.read |= OF_A_VIEW
        return self.real.read_clock(view, now)


def _of_a_view(snapshot: Any, look: Callable[[Watched], Any], find: Callable[..., Any]) -> Any:
    watched = Watched(snapshot)
    found = look(watched)
    assert watched.read <= OF_A_VIEW, f"{find.__module__}.{find.__name__} reads {watched.read - OF_A_VIEW} too"
    return found


@pytest.fixture
def kept_for(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Watch everything that is kept of an application; return what was looked for."""
    looked: set[str] = set()

    def while_same(snapshot: Any, find: Callable[..., Any], *parts: object) -> Any:
        if find.__name__ == "_progress":  # what it rests on is in IMPLIED, and what it was last in its own hands
            return original(snapshot, find, *parts)
        watched = Watched(snapshot)
        found = find(watched)
        real = watched.real
        named = {name for name in (*FIELDS, "progress") if any(getattr(real, name) is part for part in parts)}
        named |= {name for part in named for name in IMPLIED.get(part, ())}
        if {"network", "assignments", "milestones_reached"} <= named:
            named.add("progress")
        missing = watched.read - named
        assert not missing, f"{find.__module__}.{find.__name__} reads {missing} too"
        looked.add(find.__name__)
        return found

    for name, module in list(sys.modules.items()):
        if name.startswith("rules.") and getattr(module, "while_same", None) is original:
            monkeypatch.setattr(module, "while_same", while_same)
    monkeypatch.setattr(ApplicationSnapshot, "once_of", Watched.once_of)
    monkeypatch.setattr(ApplicationSnapshot, "once_a_day", Watched.once_a_day)
    return looked


def test_everything_that_is_kept_names_all_that_it_rests_on(kept_for: set[str]) -> None:
    for _ in simulate(Simulation(read_catalog(CATALOG), 60), 1):
        pass

    assert kept_for >= {
        "_untold",
        "_outstanding",
        "_is_still",
        "_lacking",
        "_askings",
        "_unused",
        "_releases",
    }


def test_one_that_reads_more_than_it_names_is_found(kept_for: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.windows._untold", lambda snapshot: snapshot.opinions and ())

    with pytest.raises(AssertionError, match=r"reads .*opinions"):
        for _ in simulate(Simulation(read_catalog(CATALOG), 5), 1):
            pass
