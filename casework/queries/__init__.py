"""Look at applications without changing or locking anything."""

from casework.queries.documents import as_json
from casework.queries.history import Step, steps
from casework.queries.lines import Line, LineDecision
from casework.queries.listing import Summary, applications
from casework.queries.reports import ApplicationReport, MilestoneLine, NoticeLine, report

__all__ = [
    "ApplicationReport",
    "Line",
    "LineDecision",
    "MilestoneLine",
    "NoticeLine",
    "Step",
    "Summary",
    "applications",
    "as_json",
    "report",
    "steps",
]
