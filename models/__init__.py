"""The tables. Importing this package defines all of them."""

from models.administration import AdministrativeAct, Draft
from models.applications import (
    Applicant,
    ApplicantVersion,
    Application,
    ApplicationWords,
    JointExtension,
    Material,
    Milestone,
    Notice,
    Project,
)
from models.appointments import AppointmentRow
from models.assignments import Assignment, ClockEvent, Decision, DepartmentEvent, DepartmentMessage
from models.boards import AssignmentFigure, BoardDay, BoardRating, BoardRefresh, BoardStanding, BoardWeek, KeptFinding
from models.calendar_notices import CalendarDay, CalendarNotice
from models.catalog import ApprovalItem, ApprovalNetwork, CatalogVersion, Department, Journey
from models.commitments import Commitment, CreditRecord
from models.deliveries import Delivery, Objection
from models.documents import IssuedDocument
from models.drafts import IntakeDraft
from models.endpoints import DecisionConflict, DepartmentEndpoint, SendingPermit
from models.feedback import Complaint, ComplaintStep, Rating
from models.files import FileAccess, MaterialFile, ResultFile, StoredFile
from models.filings import DecisionCorrection, FilingReviewStep, ReapplyBan, RefusalFiling
from models.filters import SavedFilter
from models.joint import JointSession, Opinion, OpinionEvent
from models.letters import ApplicantAddress, LetterRow
from models.notifications import Notification, NotificationCursor, NotificationPreference
from models.people import Absence, ApplicantClass, Person, Post, Role, StewardDuty
from models.proxy import Engagement, Enquiry, EnquiryStep, StewardAlert, StewardWatch
from models.records import (
    ApplicationRun,
    AssignmentMirror,
    NumberSeries,
    OutboxKind,
    OutboxMessage,
    StepRecord,
)
from models.sessions import PortalSession, SignInFailure, TrackingVisit

__all__ = [
    "Absence",
    "AdministrativeAct",
    "Applicant",
    "ApplicantAddress",
    "ApplicantClass",
    "ApplicantVersion",
    "Application",
    "ApplicationRun",
    "ApplicationWords",
    "AppointmentRow",
    "ApprovalItem",
    "ApprovalNetwork",
    "Assignment",
    "AssignmentFigure",
    "AssignmentMirror",
    "BoardDay",
    "BoardRating",
    "BoardRefresh",
    "BoardStanding",
    "BoardWeek",
    "CalendarDay",
    "CalendarNotice",
    "CatalogVersion",
    "ClockEvent",
    "Commitment",
    "Complaint",
    "ComplaintStep",
    "CreditRecord",
    "Decision",
    "DecisionConflict",
    "DecisionCorrection",
    "Delivery",
    "Department",
    "DepartmentEndpoint",
    "DepartmentEvent",
    "DepartmentMessage",
    "Draft",
    "Engagement",
    "Enquiry",
    "EnquiryStep",
    "FileAccess",
    "FilingReviewStep",
    "IntakeDraft",
    "IssuedDocument",
    "JointExtension",
    "JointSession",
    "Journey",
    "KeptFinding",
    "LetterRow",
    "Material",
    "MaterialFile",
    "Milestone",
    "Notice",
    "Notification",
    "NotificationCursor",
    "NotificationPreference",
    "NumberSeries",
    "Objection",
    "Opinion",
    "OpinionEvent",
    "OutboxKind",
    "OutboxMessage",
    "Person",
    "PortalSession",
    "Post",
    "Project",
    "Rating",
    "ReapplyBan",
    "RefusalFiling",
    "ResultFile",
    "Role",
    "SavedFilter",
    "SendingPermit",
    "SignInFailure",
    "StepRecord",
    "StewardAlert",
    "StewardDuty",
    "StewardWatch",
    "StoredFile",
    "TrackingVisit",
]
