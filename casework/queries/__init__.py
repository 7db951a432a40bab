"""Look at applications, callers and the catalog without changing or locking anything."""

from casework.queries.callers import Caller, caller_of, department_asked, department_of
from casework.queries.commitments import CommitmentLine, CreditLine, CreditReport, commitments, credit
from casework.queries.documents import as_json
from casework.queries.forms import CatalogForm, catalog_form
from casework.queries.history import Step, steps
from casework.queries.issued import DocumentLine, issued_documents
from casework.queries.joint import JoinStanding, OpinionLine, SessionLine
from casework.queries.lines import Line, LineDecision
from casework.queries.listing import Summary, applications
from casework.queries.reports import ApplicationReport, MilestoneLine, NoticeLine, report

__all__ = [
    "ApplicationReport",
    "Caller",
    "CatalogForm",
    "CommitmentLine",
    "CreditLine",
    "CreditReport",
    "DocumentLine",
    "JoinStanding",
    "Line",
    "LineDecision",
    "MilestoneLine",
    "NoticeLine",
    "OpinionLine",
    "SessionLine",
    "Step",
    "Summary",
    "applications",
    "as_json",
    "caller_of",
    "catalog_form",
    "commitments",
    "credit",
    "department_asked",
    "department_of",
    "issued_documents",
    "report",
    "steps",
]
