"""Look at applications, callers and the catalog without changing or locking anything."""

from casework.queries.afterwards import ClosingLine, DeliveryLine, ObjectionLine, ObstacleLine
from casework.queries.applicants_view import ApplicantsView, applicants_view
from casework.queries.appointments import AppointmentLine, TrackedAppointment, appointments
from casework.queries.callers import Caller, caller_of, department_asked, department_codes, departments_of
from casework.queries.city_board import CityBoard, Performance, Standing, city_board
from casework.queries.commitments import CommitmentLine, CreditLine, CreditReport, commitments, credit
from casework.queries.complaints import ComplaintLine, OpenMatter, complaint, complaints
from casework.queries.daily import DailyLine, DailyReport, daily_report
from casework.queries.documents import as_json
from casework.queries.files import FetchableFile, FileLine, fetchable_files, files
from casework.queries.filings import Filing, Proposal, ReviewLine, filings, proposals, reviews
from casework.queries.findings import FindingLine, findings
from casework.queries.forms import CatalogForm, catalog_form
from casework.queries.history import Step, steps
from casework.queries.issued import DocumentLine, issued_documents
from casework.queries.joint import JoinStanding, OpinionLine, SessionLine
from casework.queries.kept_findings import FindingPlace, KeptLine, kept_findings
from casework.queries.lines import Line, LineCorrection, LineDecision
from casework.queries.listing import Summary, applications, awaited, flow_runs
from casework.queries.networks import NeededMaterial, application_state, materials_of, needed, network_of
from casework.queries.open_assignments import OpenAssignment, Place, open_assignments
from casework.queries.own_applications import OwnApplication, own_applications
from casework.queries.previews import Offer, Preview, journey_of, journeys, preview
from casework.queries.rated import RatingLine, rating_counts, rating_lines
from casework.queries.reports import ApplicationReport, JointLine, MilestoneLine, NoticeLine, report
from casework.queries.staff import (
    MOST_COUNTED,
    AssignmentLine,
    InboxFilter,
    InboxPlace,
    MaterialLine,
    assignment_of,
    assignments_of,
    items_of,
)
from casework.queries.supervision import Supervised, supervised
from casework.queries.tracked import Tracked, TrackedItem, TrackedObjection, tracked
from casework.queries.years import CalendarDocumentLine, CalendarYear, ExceptionalDay, calendar_year

__all__ = [
    "MOST_COUNTED",
    "ApplicantsView",
    "ApplicationReport",
    "AppointmentLine",
    "AssignmentLine",
    "CalendarDocumentLine",
    "CalendarYear",
    "Caller",
    "CatalogForm",
    "CityBoard",
    "ClosingLine",
    "CommitmentLine",
    "ComplaintLine",
    "CreditLine",
    "CreditReport",
    "DailyLine",
    "DailyReport",
    "DeliveryLine",
    "DocumentLine",
    "ExceptionalDay",
    "FetchableFile",
    "FileLine",
    "Filing",
    "FindingLine",
    "FindingPlace",
    "InboxFilter",
    "InboxPlace",
    "JoinStanding",
    "JointLine",
    "KeptLine",
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
    "OpenAssignment",
    "OpenMatter",
    "OpinionLine",
    "OwnApplication",
    "Performance",
    "Place",
    "Preview",
    "Proposal",
    "RatingLine",
    "ReviewLine",
    "SessionLine",
    "Standing",
    "Step",
    "Summary",
    "Supervised",
    "Tracked",
    "TrackedAppointment",
    "TrackedItem",
    "TrackedObjection",
    "applicants_view",
    "application_state",
    "applications",
    "appointments",
    "as_json",
    "assignment_of",
    "assignments_of",
    "awaited",
    "calendar_year",
    "caller_of",
    "catalog_form",
    "city_board",
    "commitments",
    "complaint",
    "complaints",
    "credit",
    "daily_report",
    "department_asked",
    "department_codes",
    "departments_of",
    "fetchable_files",
    "files",
    "filings",
    "findings",
    "flow_runs",
    "issued_documents",
    "items_of",
    "journey_of",
    "journeys",
    "kept_findings",
    "materials_of",
    "needed",
    "network_of",
    "open_assignments",
    "own_applications",
    "preview",
    "proposals",
    "rating_counts",
    "rating_lines",
    "report",
    "reviews",
    "steps",
    "supervised",
    "tracked",
]
