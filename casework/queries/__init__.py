"""Look at applications, callers and the catalog without changing or locking anything."""

from casework.queries.afterwards import ClosingLine, DeliveryLine, ObjectionLine, ObstacleLine
from casework.queries.applicants_view import ApplicantsView, applicants_view
from casework.queries.callers import Caller, caller_of, department_asked, department_codes, departments_of
from casework.queries.commitments import CommitmentLine, CreditLine, CreditReport, commitments, credit
from casework.queries.complaints import ComplaintLine, OpenMatter, complaint, complaints
from casework.queries.documents import as_json
from casework.queries.files import FetchableFile, FileLine, fetchable_files, files
from casework.queries.filings import Filing, filings
from casework.queries.findings import FindingLine, findings
from casework.queries.forms import CatalogForm, catalog_form
from casework.queries.history import Step, steps
from casework.queries.issued import DocumentLine, issued_documents
from casework.queries.joint import JoinStanding, OpinionLine, SessionLine
from casework.queries.lines import Line, LineCorrection, LineDecision
from casework.queries.listing import Summary, applications
from casework.queries.networks import NeededMaterial, application_state, materials_of, needed, network_of
from casework.queries.previews import Offer, Preview, journey_of, journeys, preview
from casework.queries.reports import ApplicationReport, JointLine, MilestoneLine, NoticeLine, report
from casework.queries.staff import AssignmentLine, MaterialLine, assignment_of, assignments_of
from casework.queries.tracked import Tracked, TrackedItem, TrackedObjection, tracked
from casework.queries.years import CalendarDocumentLine, CalendarYear, ExceptionalDay, calendar_year

__all__ = [
    "ApplicantsView",
    "ApplicationReport",
    "AssignmentLine",
    "CalendarDocumentLine",
    "CalendarYear",
    "Caller",
    "CatalogForm",
    "ClosingLine",
    "CommitmentLine",
    "ComplaintLine",
    "CreditLine",
    "CreditReport",
    "DeliveryLine",
    "DocumentLine",
    "ExceptionalDay",
    "FetchableFile",
    "FileLine",
    "Filing",
    "FindingLine",
    "JoinStanding",
    "JointLine",
    "Line",
    "LineCorrection",
    "LineDecision",
    "MaterialLine",
    "MilestoneLine",
    "NeededMaterial",
    "NoticeLine",
    "ObjectionLine",
    "ObstacleLine",
    "Offer",
    "OpenMatter",
    "OpinionLine",
    "Preview",
    "SessionLine",
    "Step",
    "Summary",
    "Tracked",
    "TrackedItem",
    "TrackedObjection",
    "applicants_view",
    "application_state",
    "applications",
    "as_json",
    "assignment_of",
    "assignments_of",
    "calendar_year",
    "caller_of",
    "catalog_form",
    "commitments",
    "complaint",
    "complaints",
    "credit",
    "department_asked",
    "department_codes",
    "departments_of",
    "fetchable_files",
    "files",
    "filings",
    "findings",
    "issued_documents",
    "journey_of",
    "journeys",
    "materials_of",
    "needed",
    "network_of",
    "preview",
    "report",
    "steps",
    "tracked",
]
