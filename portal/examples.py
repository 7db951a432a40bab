"""Examples for the API's document, built from the types they are examples of."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from casework import queries
from casework.queries.forms import ChoiceForm, ItemForm, JourneyForm, MaterialForm, QuestionForm
from portal.event_examples import ACTS
from rules.acts.speaking import Say
from rules.catalog import AnswerKind, DepartmentCode, LimitUnit, MaterialSource, Stage
from rules.clocks import Light
from rules.ledgers import Balance, Ledger
from rules.national_status import NationalStatus
from rules.planner import Wait
from rules.terms import JoinPolicy, OnRefusal, Siblings
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    DecisionKind,
    NoticeKind,
    OpinionAnswer,
    OpinionStatus,
    Party,
    SessionKind,
    SessionStatus,
)
from rules.workdays import SHANGHAI

NUMBER: Final = "DB-211282-20260302-00001-B"
ASSIGNMENT: Final = UUID("4adf21b3-3094-51a2-b1a4-e855d4349e67")
MORNING: Final = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
NOON: Final = MORNING + timedelta(hours=3)

INDEX: Final = {
    "name": "daiban",
    "applications": "/api/v1/applications",
    "journeys": "/api/v1/catalog/journeys",
    "openapi": "/openapi.json",
    "health": "/healthz",
    "readiness": "/readyz",
}
READY: Final = {"status": "ready", "catalog_version": 1}
EXPLANATION: Final = {
    "code": "prerequisites-open",
    "status": 409,
    "explanation": "An item may not be granted before the items it awaits (typed edge H).",
}
LAUNCHED: Final = {"number": NUMBER, "url": f"/api/v1/applications/{NUMBER}"}

_LINE: Final = queries.Line(
    item="E01",
    name="企业设立登记",
    name_en="Company registration",
    department="MSB",
    department_name="市场监督管理局",
    stage="opening",
    required=True,
    assignment=ASSIGNMENT,
    status=AssignmentStatus.GRANTED,
    national_status=NationalStatus.GRANTED,
    light=Light.GREEN,
    used=0,
    stopped=0,
    remaining=0,
    promised_days=0,
    promised_unit=LimitUnit.WORKING_DAY,
    legal_days=3,
    legal_unit=LimitUnit.WORKING_DAY,
    promised_due=date(2026, 3, 2),
    legal_due=date(2026, 3, 5),
    provisional=False,
    spent=Ledger(department=0, applicant=0, stopped=0),
    opened_at=MORNING,
    received_at=MORNING,
    accepted_at=MORNING,
    ended_at=NOON,
    handler="王芳",
    receipt_number="MSB20260302000017",
    decision=queries.LineDecision(
        kind=DecisionKind.GRANT,
        document_number="开市监〔2026〕17号",
        reason="申请符合法定条件、标准",
        legal_basis="行政许可法第三十八条",
        handler="王芳",
        on_behalf_of=None,
        decided_at=NOON,
        recorded_at=NOON,
        source="department/MSB",
        filing=None,
        corrections=(
            queries.LineCorrection(
                detail="document_number",
                before="开市监〔2026〕71号",
                after="开市监〔2026〕17号",
                reason="文号笔误",
                corrected_at=NOON,
            ),
        ),
    ),
    awaits=(),
    undelivered=None,
    round=1,
    deemed_accepted=False,
    asked=(),
    relied_on={"章程": 1},
    reused_from=None,
    renews=None,
    use_by=None,
    procedures={},
    sayable=(Say.CANCELLATION,),
)
REPORT: Final = queries.as_json(
    queries.ApplicationReport(
        number=NUMBER,
        project="清河路餐饮店",
        project_code=None,
        applicant="开原市清河餐饮有限公司",
        credit_code="91211282MA0KYF01X8",
        journey="J3",
        journey_name="开办餐饮店“一件事”",
        catalog_version=1,
        status=ApplicationStatus.IN_APPROVAL,
        outcome=None,
        complete=False,
        agent="zhang",
        agent_name="张敏",
        registered_at=MORNING,
        concluded_at=None,
        delivered_at=None,
        withdrawal_requested_at=None,
        working_days=0,
        spent=Balance(department=0, center=0, applicant=0, stopped=0),
        promised_days=5,
        legal_days=23,
        joint=(queries.JointLine("opening", 45, 0, 45, date(2026, 5, 8), provisional=False, light=Light.GREEN),),
        waiting="等待 1/8：市场监督管理局·食品经营许可（新办）（剩5工作日）",
        waits=(Wait(Party.DEPARTMENT, "MSB", "E10", date(2026, 3, 9), left=5),),
        stages=(Stage("opening", "开办餐饮店", "Opening a restaurant", DepartmentCode("MSB")),),
        lines=(_LINE,),
        milestones=(queries.MilestoneLine("#OPER", "投产（开业）", None, None, None),),
        notices=(
            queries.NoticeLine(
                id=UUID("7c614840-f24e-525a-9236-7d8b5d84c4a2"),
                kind=NoticeKind.MATERIALS_MISSING,
                title="请一次性补齐下列材料",
                body={"materials": ["食品安全管理制度"]},
                created_at=NOON,
                sent_at=None,
            ),
        ),
        steps=9,
        next_timer=datetime(2026, 3, 7, tzinfo=SHANGHAI),
        flow_run_id=UUID("0b6ff0a4-7d1c-4f0e-9c55-2f5a3ad0a001"),
        join=queries.JoinStanding(
            policy=JoinPolicy.ALL,
            needed=0,
            deciding=(),
            on_refusal=OnRefusal.LET_FINISH,
            siblings=Siblings.MOOT,
            words="全部必办事项准予方为准予；未通过时已派件的事项办完为止；其余事项继续办理，不影响结果",
            for_=("E01",),
            against=(),
            open=("E02", "E03", "E10", "E12", "E15", "P03"),
            verdict=None,
            asked=(),
            decision=None,
        ),
        opinions=(
            queries.OpinionLine(
                id=UUID("a2f6f2f4-6b0c-5a55-8f9a-7d1c0b6ff0a4"),
                item="E10",
                department="HCC",
                name="卫生健康局",
                status=OpinionStatus.ANSWERED,
                answer=OpinionAnswer.AGREE_WITH_CONDITIONS,
                reason=None,
                conditions="公示从业人员健康证明",
                document_number=None,
                handler="刘洋",
                asked_at=MORNING,
                received_at=MORNING,
                answered_at=NOON,
                due=date(2026, 3, 9),
                deemed=False,
                basis=None,
            ),
        ),
        sessions=(
            queries.SessionLine(
                session=1,
                kind=SessionKind.INSPECTION,
                status=SessionStatus.HELD,
                stage="opening",
                lead="MSB",
                items=("E10", "E12"),
                departments=("MSB", "FRB"),
                planned_at=MORNING,
                held_at=NOON,
                place="清河路12号",
                minutes="现场与图纸一致",
                attendance={"MSB": ["王芳", "李强"], "FRB": ["赵刚", "孙亮"]},
                conclusions={"FRB": "疏散通道符合要求"},
            ),
        ),
        reapplies=None,
        green=None,
        closing=queries.ClosingLine(
            confirmed_at=None,
            objection_until=None,
            closed_at=None,
            obstacles=(),
            together=False,
            deliveries=(),
            objections=(),
        ),
    )
)
LISTED: Final = {
    "applications": [
        queries.as_json(
            queries.Summary(
                number=NUMBER,
                project="清河路餐饮店",
                applicant="开原市清河餐饮有限公司",
                journey="J3",
                journey_name="开办餐饮店“一件事”",
                status=ApplicationStatus.IN_APPROVAL,
                outcome=None,
                complete=False,
                agent="zhang",
                registered_at=MORNING,
                concluded_at=None,
                next_timer=datetime(2026, 3, 7, tzinfo=SHANGHAI),
                items=8,
                items_by_status={"granted": 1, "under_review": 1},
                green=False,
                light=Light.GREEN,
            )
        )
    ],
    "next": None,
}
STEPS: Final = {
    "steps": [
        queries.as_json(
            queries.Step(
                serial=5,
                at=NOON,
                kind="decision.granted",
                actor="department/MSB",
                department="MSB",
                assignment=ASSIGNMENT,
                item="E01",
                before="under_review",
                after="granted",
                reason="申请符合法定条件、标准",
                source="10.0.0.7",
                details={"decision": "granted", "occurred_at": "2026-03-02T04:00:00+00:00"},
                previous_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                hash="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            )
        )
    ],
    "next": None,
}
FILINGS: Final = {
    "filings": [
        queries.as_json(
            queries.Filing(
                number="FD-211282-20260302-00001-01-6",
                application=NUMBER,
                project="清河路餐饮店",
                applicant="开原市清河餐饮有限公司",
                assignment=ASSIGNMENT,
                item="E10",
                item_name="食品经营许可（新办）",
                department="MSB",
                department_name="市场监督管理局",
                kind=DecisionKind.REFUSE,
                facts="现场核查：加工区与污水池相距 6 米",
                reason="布局流程不符合要求",
                legal_basis="《食品经营许可和备案管理办法》第十六条",
                papers=("布局与操作流程图",),
                handler="王芳",
                approver="李强",
                filed_at=NOON,
                told_at=NOON,
            )
        )
    ],
    "next": None,
}
CATALOG: Final = queries.as_json(
    queries.CatalogForm(
        version=1,
        city="开原市",
        division="211282",
        journeys=(
            JourneyForm(
                code="J3",
                name="开办餐饮店“一件事”",
                name_en="Opening a restaurant",
                questions=(
                    QuestionForm(
                        key="fire_route",
                        title="营业前消防安全检查方式",
                        title_en="Route of the fire-safety check before opening",
                        kind=AnswerKind.CHOICE,
                        default="commitment",
                        choices=(ChoiceForm("commitment", "告知承诺"), ChoiceForm("inspection", "申请检查")),
                    ),
                ),
                items=(
                    ItemForm(
                        item="E01",
                        name="企业设立登记",
                        name_en="Company registration",
                        department="MSB",
                        department_name="市场监督管理局",
                        stage="opening",
                        required=True,
                        conditional=False,
                        promised_days=0,
                        promised_unit=LimitUnit.WORKING_DAY,
                        materials=(MaterialForm("章程", False, MaterialSource.APPLICANT),),
                    ),
                ),
            ),
        ),
    )
)

EVENTS: Final[dict[str, dict[str, Any]]] = {
    act: {
        "specversion": "1.0",
        "id": f"f1c0a1d2e3b44f55a6b7c8d9e0f1a2{serial:02}",
        "source": "department/HCB",
        "type": f"daiban.assignment.{act}",
        "subject": str(ASSIGNMENT),
        "time": NOON.isoformat(),
        "datacontenttype": "application/json",
        "data": content,
    }
    for serial, (act, content) in enumerate(ACTS.items(), start=1)
}
EVENT_ANSWER: Final = {
    "assignment": str(ASSIGNMENT),
    "event": EVENTS["decided"]["id"],
    "status": "refused",
    "status_zh": "不予许可",
}
OPINION_ANSWER: Final = {
    "event": EVENTS["opinion_given"]["id"],
    "opinion": str(ASSIGNMENT),
    "status": "answered",
    "status_zh": "已答复",
}
SUMMONED: Final = {"number": NUMBER, "session": 1}
