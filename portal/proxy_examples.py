"""Examples of posts, absences, enquiries, engagements and alerts, built from the types they are examples of."""

from datetime import date, datetime
from typing import Final

from casework.alerts import AlertLine
from casework.engagements import EngagementReport
from casework.enquiries import EnquiryLine
from casework.posts import AbsenceLine, PostLine
from casework.queries import as_json
from rules.slowness import AlertKind
from rules.workdays import SHANGHAI

_NUMBER: Final = "DB-211282-20260302-00001-B"
_MORNING: Final = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
_AWAY: Final = (date(2026, 3, 9), date(2026, 3, 13))

POSTS: Final = {
    "posts": [
        as_json(
            PostLine(
                department="MSB",
                item="E10",
                principal="wangf",
                backup="liq",
                manager="zhaoj",
                acting="liq",
                on_behalf_of="wangf",
            )
        )
    ]
}
ABSENCES: Final = {
    "absences": [
        as_json(
            AbsenceLine(
                id=7,
                account="wangf",
                first=_AWAY[0],
                last=_AWAY[1],
                items=(),
                applications=(),
                backup=None,
                reason="年休假",
                recorded_by="wangf",
            )
        )
    ]
}
RETURNED: Final = {"account": "wangf", "ended": 1}
ENQUIRY: Final = as_json(
    EnquiryLine(
        id=3,
        number=_NUMBER,
        asker="开原市清河餐饮有限公司",
        subject="食品经营许可何时能办结？",
        asked_at=_MORNING,
        first="zhang",
        responsible="zhang",
        offered_to="li",
        bounces=0,
        alarming=False,
        resolved_at=None,
        resolution=None,
    )
)
ENQUIRIES: Final = {"enquiries": [ENQUIRY], "next": None}
ENGAGEMENT: Final = as_json(
    EngagementReport(
        number=_NUMBER,
        applicant="开原市清河餐饮有限公司",
        credit_code="91211282MA0KYF01X8",
        representative=None,
        reference=None,
        agent="zhang",
        deputy="li",
        items=(),
        stages=(),
        verbs=("file", "supplement", "receive_documents", "sign_for_receipt"),
        excluded=(),
        valid_from=date(2026, 3, 2),
        valid_until=None,
        ended=None,
        ended_at=None,
        end_note=None,
        suspended=None,
        suspended_at=None,
        resumes_when=None,
    )
)
ALERT: Final = as_json(
    AlertLine(
        id=5,
        number=_NUMBER,
        project="清河路餐饮店",
        applicant="开原市清河餐饮有限公司",
        kind=AlertKind.SILENT,
        item="E10",
        item_name="食品经营许可（新办）",
        department="MSB",
        department_name="市场监督管理局",
        addressee="sun",
        since=date(2026, 3, 3),
        days=5,
        raised_at=_MORNING,
        ended_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        reply=None,
    )
)
ALERTS: Final = {"alerts": [ALERT], "enquiries": [], "next": None}
