"""The tables. Importing this package defines all of them."""

from models.applications import Applicant, Application, Material, Milestone, Notice, Project
from models.assignments import Assignment, ClockEvent, Decision, DepartmentEvent, DepartmentMessage
from models.catalog import ApprovalItem, ApprovalNetwork, CatalogVersion, Department, Journey
from models.commitments import Commitment, CreditRecord
from models.people import Person, Role
from models.records import (
    ApplicationRun,
    AssignmentMirror,
    NumberSeries,
    OutboxKind,
    OutboxMessage,
    StepRecord,
)

__all__ = [
    "Applicant",
    "Application",
    "ApplicationRun",
    "ApprovalItem",
    "ApprovalNetwork",
    "Assignment",
    "AssignmentMirror",
    "CatalogVersion",
    "ClockEvent",
    "Commitment",
    "CreditRecord",
    "Decision",
    "Department",
    "DepartmentEvent",
    "DepartmentMessage",
    "Journey",
    "Material",
    "Milestone",
    "Notice",
    "NumberSeries",
    "OutboxKind",
    "OutboxMessage",
    "Person",
    "Project",
    "Role",
    "StepRecord",
]
