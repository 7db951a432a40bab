"""Examples of what the API says about sending, built from the types they are examples of."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.decision_conflicts import ConflictLine
from casework.endpoint_health import EndpointHealth
from casework.inboxes import InboxLine
from casework.queries import as_json
from casework.stuck_messages import StuckMessage
from portal.examples import ASSIGNMENT, MORNING, NOON, NUMBER
from rules.catalog import Channel
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus, EndpointState, InboxReason, MessageKind, StuckState

_MESSAGE: Final = UUID("0b6ff0a4-7d1c-5f0e-9c55-2f5a3ad0a001")
_AWAY: Final = "ConnectError: All connection attempts failed"

HEALTH: Final = {
    "endpoints": [
        as_json(
            EndpointHealth(
                department="HCB",
                name="住房和城乡建设局",
                channel=Channel.PUSH,
                endpoint="https://hcb.example.gov.cn/daiban",
                state=EndpointState.OPEN,
                failed_over=True,
                failures=14,
                opened_at=MORNING,
                probe_at=NOON,
                succeeded_at=MORNING - timedelta(minutes=3),
                failed_at=NOON - timedelta(minutes=2),
                last_error=_AWAY,
                under_way=0,
                backlog=12,
                parked=0,
                rejected=1,
                oldest=MORNING,
            )
        )
    ]
}
OUTBOX: Final = {
    "messages": [
        as_json(
            StuckMessage(
                id=_MESSAGE,
                application=NUMBER,
                assignment=ASSIGNMENT,
                item="C04",
                department="HCB",
                department_name="住房和城乡建设局",
                kind=MessageKind.DISPATCHED,
                created_at=MORNING,
                attempts=3,
                retry_at=NOON,
                last_error=_AWAY,
                state=StuckState.HELD,
            )
        )
    ],
    "next": None,
}
CONFLICTS: Final = {
    "conflicts": [
        as_json(
            ConflictLine(
                id=1,
                application=NUMBER,
                assignment=ASSIGNMENT,
                item="C04",
                department="HCB",
                department_name="住房和城乡建设局",
                source="department/HCB",
                claimed={"decision": "refused", "reason": "图纸不全"},
                recorded={"decision": "granted", "document_number": "〔2026〕1号", "source": "wangfang"},
                occurred_at=MORNING,
                recorded_at=NOON,
                resolution=None,
                resolved_at=None,
                resolved_by=None,
                reason=None,
            )
        )
    ],
    "next": None,
}
INBOX: Final = {
    "assignments": [
        as_json(
            InboxLine(
                assignment=ASSIGNMENT,
                application=NUMBER,
                project="清河路餐饮店",
                item="E01",
                item_name="企业设立登记",
                department="MSB",
                status=AssignmentStatus.ACCEPTED,
                light=Light.GREEN,
                opened_at=MORNING,
                promised_due=MORNING.date(),
                legal_due=MORNING.date(),
                green=False,
                receipt_number="SJ-1",
                because=InboxReason.FAILOVER,
            )
        )
    ],
    "next": None,
}
DONE: Final = {"id": str(_MESSAGE), "recorded": True}
