"""Examples of what is kept beside an application: documents, the calendar, commitments, the credit record."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from casework import queries
from casework.documents import Verified
from portal.examples import ASSIGNMENT, MORNING, NOON, NUMBER
from rules.documents import DocumentKind, document_number
from rules.vocabulary import (
    BreachKind,
    CommitmentKind,
    CommitmentStatus,
)
from rules.workdays import SHANGHAI

_DOCUMENT: Final = document_number(DocumentKind.GRANT, NUMBER, "E01", 1)
_DOCUMENT_SHA256: Final = "5d1b1f4c5b0f5d6d2cf6a2e0f2a1a3c8a1f9d4b6ce0f7e8b9c2d3a4f5e6b7c80"
VERIFIED: Final = queries.as_json(
    Verified(
        number=_DOCUMENT,
        kind=DocumentKind.GRANT,
        title=DocumentKind.GRANT.zh,
        issuer="开原市市场监督管理局",
        addressee="开原市清河餐饮有限公司",
        dated=NOON.date(),
        issued_at=NOON,
        template_version="1",
        sha256=_DOCUMENT_SHA256,
        valid=True,
    )
)
DOCUMENTS: Final = {
    "documents": [
        queries.as_json(
            queries.DocumentLine(
                number=_DOCUMENT,
                kind=DocumentKind.GRANT,
                title=DocumentKind.GRANT.zh,
                issuer="开原市市场监督管理局",
                item="E01",
                assignment=ASSIGNMENT,
                dated=NOON.date(),
                issued_at=NOON,
                sha256=_DOCUMENT_SHA256,
                check_code="7K3M-9QXD-0TRW-4HZE",
                verified_at=f"https://daiban.example.gov.cn/api/v1/documents/{_DOCUMENT}",
            )
        )
    ]
}
YEAR: Final = queries.as_json(
    queries.CalendarYear(
        year=2026,
        provisional=False,
        working_days=248,
        by_month=(21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23),
        exceptions=(queries.ExceptionalDay(date(2026, 1, 4), True, "调休上班", "chinesecalendar 1.11.0"),),
        documents=(queries.CalendarDocumentLine("开政发〔2026〕12号", None, "dai01", "dai02", MORNING),),
    )
)
_LETTER: Final = {
    "title": "容缺受理承诺书",
    "text_version": "2026-1",
    "application": NUMBER,
    "applicant": "开原市清河餐饮有限公司",
    "credit_code": "91211282MA0KYF01X8",
    "item": "E10",
    "item_name": "食品经营许可（新办）",
    "department": "市场监督管理局",
    "materials": ["设施设备清单"],
    "form": "原件或电子件",
    "own_date": "2026-03-13",
    "consequences": ["逾期未补齐的，视为放弃申请，按退件办结，退回申请材料"],
    "article": "辽宁省政务服务容缺受理管理办法",
    "signer": "刘晓",
    "signed_at": MORNING.isoformat(),
}
COMMITMENTS: Final = {
    "commitments": [
        queries.as_json(
            queries.CommitmentLine(
                id=UUID("5b0f7a4e-3f0c-5d7e-9a51-6d4f8a2b1c01"),
                item="E10",
                kind=CommitmentKind.TOLERANCE,
                status=CommitmentStatus.SIGNED,
                materials=("设施设备清单",),
                form="原件或电子件",
                own_date=date(2026, 3, 13),
                due_on=date(2026, 3, 9),
                reminded_at=None,
                supplied_at=None,
                orders=0,
                signer="刘晓",
                signed_at=MORNING,
                signature="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                text_version="2026-1",
                credit_check={"passed": True, "breached_on": None, "bar_days": 180},
                letter=_LETTER,
                ended_at=None,
            )
        )
    ]
}
CREDIT: Final = queries.as_json(
    queries.CreditReport(
        applicant="开原市清河餐饮有限公司",
        credit_code="91211282MA0KYF01X8",
        eligible=False,
        barred_until=date(2026, 9, 6),
        records=(
            queries.CreditLine(
                id=1,
                application=NUMBER,
                item="E10",
                kind=BreachKind.CURE_LAPSED,
                at=datetime(2026, 3, 10, tzinfo=SHANGHAI),
                repaired_at=None,
                repaired_by=None,
                repair_reason=None,
            ),
        ),
    )
)
