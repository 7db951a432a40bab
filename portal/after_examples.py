"""Examples of what comes after the decision: what an applicant sees with their code."""

from datetime import date
from typing import Final
from uuid import UUID

from casework import queries
from portal.examples import MORNING, NOON, NUMBER
from rules.appointments import AppointmentStatus, Purpose
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintStatus, ComplaintSubject
from rules.delivery.record import DeliveryChannel, DeliveryStatus
from rules.findings import FindingKind
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome, Rung

DELIVERY: Final = queries.DeliveryLine(
    item="E01",
    name="企业设立登记",
    attempt=1,
    channel=DeliveryChannel.WINDOW,
    status=DeliveryStatus.DELIVERED,
    decided_on=date(2026, 3, 2),
    due=date(2026, 3, 16),
    provisional=False,
    evidence={"signer": "刘晓"},
    address=None,
    ended_at=NOON,
)
TRACKED: Final = queries.as_json(
    queries.Tracked(
        number=NUMBER,
        project="清河路餐饮店",
        journey_name="开办餐饮店“一件事”",
        status=ApplicationStatus.DELIVERED,
        outcome=Outcome.GRANTED,
        registered_at=MORNING,
        delivered_at=NOON,
        confirmed_at=None,
        objection_until=date(2026, 3, 9),
        closed_at=None,
        waiting="等待 1/1：申请人确认签收",
        items=(
            queries.TrackedItem(
                item="E01",
                name="企业设立登记",
                department_name="市场监督管理局",
                status=AssignmentStatus.GRANTED,
                promised_due=date(2026, 3, 2),
                provisional=False,
                document_number="开市监〔2026〕17号",
            ),
        ),
        notices=(),
        deliveries=(DELIVERY,),
        objections=(),
        documents=(),
        appointments=(
            queries.TrackedAppointment(
                serial=1,
                department_name="市场监督管理局",
                item="E01",
                item_name="企业设立登记",
                purpose=Purpose.DELIVERY,
                status=AppointmentStatus.CONFIRMED,
                planned_at=NOON,
                outside_hours=False,
                visitor="刘晓",
                place="",
                reason=None,
                revocable=True,
            ),
        ),
    )
)
COMPLAINT: Final = queries.as_json(
    queries.ComplaintLine(
        id=1,
        number=NUMBER,
        item="E10",
        department=None,
        kind=ComplaintKind.COMPLAINT,
        subject=ComplaintSubject.DRAGGING,
        channel=ComplaintChannel.HOTLINE,
        external_number="12345-2026-0311",
        complainant="刘晓",
        words="食品经营许可半个月没有答复",
        status=ComplaintStatus.ASSIGNED,
        received_at=MORNING,
        due=date(2026, 3, 19),
        provisional=False,
        overdue=False,
        responsible="zhang",
        answer=None,
        called_back_by=None,
        closed_at=None,
        open_items=1,
        open_matters=(
            queries.OpenMatter(
                item="E10",
                name="食品经营许可（新办）",
                department_name="市场监督管理局",
                status=AssignmentStatus.UNDER_REVIEW,
                promised_due=date(2026, 3, 9),
            ),
        ),
        steps=(
            {
                "kind": "complaint.received",
                "at": "2026-03-02T09:00:00+08:00",
                "by": "zhang",
                "words": "食品经营许可半个月没有答复",
                "details": {"subject": "dragging"},
            },
        ),
    )
)
COMPLAINTS: Final = {"complaints": [{**COMPLAINT, "open_matters": [], "steps": []}], "next": None}
FINDINGS: Final = {
    "findings": [
        queries.as_json(
            queries.FindingLine(
                kind=FindingKind.CLOSING_REJECTED,
                number=NUMBER,
                item=None,
                at=NOON,
                evidence={"step": 31, "reasons": ["投诉 1 尚未办结"]},
            )
        )
    ]
}
SUPERVISED: Final = {
    "supervised": [
        queries.as_json(
            queries.Supervised(
                assignment=UUID("5f3c1a52-43c8-4b42-9d5e-0a60f4b7c001"),
                number=NUMBER,
                item="E10",
                department="MSB",
                legal_due=date(2026, 3, 30),
                rung=Rung.YELLOW,
                supervised_on=date(2026, 4, 9),
                answered=False,
                reply_by=date(2026, 4, 16),
                provisional=False,
                addressee="开原市市场监督管理局",
            )
        )
    ]
}
