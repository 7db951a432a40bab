"""What became of simulated applications, counted so that several processes' counts add up."""

from collections import Counter
from dataclasses import dataclass, field

from deployments.simulation.course import Course
from rules.clocks import ledger
from rules.workdays import OFFICIAL, local_date


@dataclass(slots=True)
class Tally:
    """Counts of one or many applications, by journey where a journey matters."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    #: Working days from hand-in to the end, per journey.
    days: dict[str, Counter[int]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    #: Working days of assignments by who spent them.
    spent: Counter[str] = field(default_factory=Counter)
    events: int = 0

    def add(self, course: Course) -> None:
        """Count an application that has ended."""
        snapshot = course.snapshot
        journey, outcome = snapshot.network.journey, str(snapshot.outcome)
        self.outcomes.setdefault(journey, Counter())[outcome] += 1
        elapsed = OFFICIAL.count_working_days(local_date(course.registered_at), local_date(course.now))
        self.days.setdefault(journey, Counter())[elapsed] += 1
        self.steps.update(course.steps)
        self.events += course.events
        for view in snapshot.assignments.values():
            self.statuses[view.status] += 1
            spent = ledger(view.clock, course.now)
            self.spent.update(department=spent.department, applicant=spent.applicant, stopped=spent.stopped)

    def merge(self, other: "Tally") -> None:
        """Add another tally's counts."""
        for mine, theirs in ((self.outcomes, other.outcomes), (self.days, other.days)):
            for key, counted in theirs.items():
                mine.setdefault(key, Counter()).update(counted)  # type: ignore[arg-type]
        self.statuses.update(other.statuses)
        self.steps.update(other.steps)
        self.spent.update(other.spent)
        self.events += other.events


def quantile(counted: Counter[int], share: float) -> int:
    """Return the smallest value at or below which ``share`` of all counted lie."""
    wanted, seen = share * counted.total(), 0
    for value in sorted(counted):
        seen += counted[value]
        if seen >= wanted:
            return value
    raise ValueError("nothing was counted")
