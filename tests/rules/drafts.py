"""One complete document of every kind: the function that writes it, and everything it is given."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from rules import documents as d
from rules.terms import SpecialProcedure
from rules.workdays import SHANGHAI
from tests.rules.office_drafts import examples

MATTER = d.Matter(
    application="DB-211282-20260302-00001-B",
    project="清河路精密铸件厂房",
    applicant="开原市云帆铸造有限公司",
    credit_code="91211282MAWPAAD45K",
    issuer="开原市住房和城乡建设局",
    item="D01",
    item_name="建筑工程施工许可证核发",
    enquiries="开原市政务服务中心二楼 12 号窗口，024-7360 0000",
)
WHOLE = replace(MATTER, item=None, item_name=None, issuer="开原市营商环境建设局")
REMEDIES = d.Remedies("开原市人民政府", "开原市人民法院")
RECEIVED, ACCEPTED, DUE = date(2026, 3, 2), date(2026, 3, 4), date(2026, 4, 1)
BUILDING_LAW = "《中华人民共和国建筑法》第八条"
FIRE_LAW = "《中华人民共和国消防法》第十五条"
MISSING = (
    d.DeferredMaterial("建设资金落实承诺书", "原件 1 份", date(2026, 3, 10)),
    d.DeferredMaterial("施工场地移交证明", "复印件，加盖公章", date(2026, 3, 12)),
)
RESULTS = (
    d.DeliveredPaper("建筑工程施工许可证", "211282202603020101"),
    d.DeliveredPaper("建设工程规划许可证", "建字第211282202600017号", 2),
)

EXPERT_REVIEW = SpecialProcedure(
    "expert_review", "专家评审", "《危险性较大的分部分项工程安全管理规定》第十二条", max_days=20
)

Example = tuple[Callable[..., d.Draft], d.Matter, dict[str, Any]]

EXAMPLES: dict[d.DocumentKind, Example] = {
    d.DocumentKind.RECEIPT: (
        d.receipt,
        MATTER,
        {
            "received_at": datetime(2026, 3, 2, 9, 5, tzinfo=SHANGHAI),
            "received_by": "王芳",
            "materials": (d.ReceivedMaterial("建设工程规划许可证"), d.ReceivedMaterial("施工合同", "原件", 2)),
        },
    ),
    d.DocumentKind.CORRECTION_NOTICE: (
        d.correction_notice,
        MATTER,
        {
            "received_on": RECEIVED,
            "defects": (
                d.Defect("施工图设计文件审查合格书", "未提交", "提交原件扫描件，加盖审查机构公章"),
                d.Defect("施工合同", "第 12 页缺发包人签章", "补齐签章后重新提交全文"),
                d.Defect("工程质量安全监督手续", "所附资料与工程名称不一致", "按备案的工程名称更正"),
            ),
            "supply_by": date(2026, 3, 20),
            "if_late": "逾期未补正的，按退件办结",
        },
    ),
    d.DocumentKind.ACCEPTANCE: (
        d.acceptance_notice,
        MATTER,
        {
            "received_on": RECEIVED,
            "accepted_on": ACCEPTED,
            "legal_limit": d.span(7),
            "legal_due": date(2026, 3, 13),
            "promised_due": date(2026, 3, 6),
        },
    ),
    d.DocumentKind.DEEMED_ACCEPTANCE: (
        d.deemed_acceptance_notice,
        MATTER,
        {
            "received_on": RECEIVED,
            "correction_ended_on": date(2026, 3, 9),
            "legal_limit": d.span(20),
            "legal_due": date(2026, 3, 30),
        },
    ),
    d.DocumentKind.NOT_ACCEPTED: (
        d.not_accepted_decision,
        MATTER,
        {
            "received_on": RECEIVED,
            "reasons": "该工程为跨市输油管道工程，施工许可由省级主管部门核发。",
            "competent_agency": "辽宁省住房和城乡建设厅",
            "remedies": REMEDIES,
        },
    ),
    d.DocumentKind.NOT_REQUIRED: (
        d.not_required_notice,
        MATTER,
        {"received_on": RECEIVED, "reasons": "工程投资额在三十万元以下，依法可以不申请办理施工许可证。"},
    ),
    d.DocumentKind.DEFERRED_MATERIAL: (
        d.deferred_material_notice,
        MATTER,
        {"accepted_on": ACCEPTED, "missing": MISSING, "commitment_number": "RC-211282-20260302-00001-D01-01-7"},
    ),
    d.DocumentKind.DEFERRAL_COMMITMENT: (
        d.deferral_commitment,
        MATTER,
        {"missing": MISSING, "signer": "赵云帆（法定代表人）", "credit_check": "无失信记录", "checked_on": RECEIVED},
    ),
    d.DocumentKind.NOTIFICATION_AND_COMMITMENT: (
        d.notification_and_commitment,
        MATTER,
        {
            "legal_basis": (FIRE_LAW,),
            "replaced": ("消防设施检测合格证明",),
            "conditions": ("场所符合消防技术标准", "已制定灭火和应急疏散预案"),
            "checking": "自作出许可之日起二十个工作日内现场核查。",
            "liability": "承诺不实的，撤销许可决定，依法处罚，并承担相应的民事、刑事责任。",
            "disclosure": "在开原市政务服务网公开，期限一年。",
            "signer": "赵云帆（法定代表人）",
        },
    ),
    d.DocumentKind.SPECIAL_PROCEDURE: (
        d.special_procedure_notice,
        MATTER,
        {
            "procedure": EXPERT_REVIEW,
            "days": 10,
            "starts_on": date(2026, 3, 6),
            "reason": "基坑开挖深度超过五米，专项施工方案须经论证。",
        },
    ),
    d.DocumentKind.EXTENSION: (
        d.extension_notice,
        MATTER,
        {
            "reasons": "设计变更后结构计算书需要重新复核。",
            "days": 10,
            "approver": "李强（局长）",
            "previous_due": DUE,
            "new_due": date(2026, 4, 16),
        },
    ),
    d.DocumentKind.REFUSAL: (
        d.refusal_decision,
        MATTER,
        {
            "accepted_on": ACCEPTED,
            "facts": "你单位于2026年3月2日提交的施工图设计文件，经审查机构审查，结构专业有三处违反强制性条文。\n"
            "经2026年3月5日书面要求说明，你单位未在期限内提供修改后的文件。",
            "reasons": "施工图设计文件未经审查合格，不具备满足施工需要的技术资料。",
            "legal_basis": (BUILDING_LAW,),
            "remedies": REMEDIES,
            "reference": "开住建许不〔2026〕17号",
        },
    ),
    d.DocumentKind.GRANT: (
        d.grant_decision,
        MATTER,
        {
            "accepted_on": ACCEPTED,
            "result": "建筑工程施工许可证",
            "legal_basis": (BUILDING_LAW, "《中华人民共和国行政许可法》第三十八条第一款"),
            "certificate": "211282202603020101",
            "valid_from": date(2026, 3, 6),
            "conditions": "应当自领取施工许可证之日起三个月内开工。",
            "reference": "开住建许准〔2026〕17号",
        },
    ),
    d.DocumentKind.RETURNED_PAPERS: (
        d.returned_papers_notice,
        MATTER,
        {
            "reasons": "容缺受理的建设资金落实承诺书逾期未补齐。",
            "legal_basis": ("《辽宁省政务服务容缺受理管理办法》第十一条",),
            "returned": ("施工合同", "建设工程规划许可证（复印件）"),
            "remedies": REMEDIES,
        },
    ),
    d.DocumentKind.WITHDRAWAL: (
        d.withdrawal_confirmation,
        WHOLE,
        {
            "requested_on": date(2026, 3, 9),
            "requested_by": "开原市云帆铸造有限公司（委托代办员王代办）",
            "reason": "项目选址调整。",
            "stopped": ("建筑工程施工许可证核发", "城镇污水排入排水管网许可"),
            "kept": ("建设工程规划许可证核发",),
        },
    ),
    d.DocumentKind.DELIVERY_RECORD: (
        d.delivery_record,
        WHOLE,
        {
            "delivered": RESULTS,
            "method": d.DeliveryMethod.POST,
            "recipient": "开原市云帆铸造有限公司",
            "place": "开原市工业大街 18 号",
            "deliverer": "王代办",
            "evidence": "EMS 1023456789012",
        },
    ),
    d.DocumentKind.REFUSAL_FILING: (
        d.refusal_filing,
        MATTER,
        {
            "denial": d.DocumentKind.REFUSAL,
            "denial_number": "BX-211282-20260302-00001-D01-01-7",
            "contact": "赵云帆，138 0000 0000",
            "facts": "施工图设计文件结构专业存在三处违反强制性条文的问题。",
            "reasons": "不具备满足施工需要的技术资料。",
            "legal_basis": (BUILDING_LAW,),
            "handler": "王芳",
            "approver": "李强（局长）",
            "opinion": "同意不予许可，告知申请人修改图纸后可以重新申请。",
            "papers_to_complete": ("施工图设计文件审查合格书",),
        },
    ),
    d.DocumentKind.OVERDUE_EXPLANATION: (
        d.overdue_explanation,
        MATTER,
        {
            "limit": "法定时限20个工作日",
            "due": DUE,
            "overdue_days": 2,
            "reasons": "经办人休假期间未按规定移交在办事项。",
            "measures": "已指定专人办理，落实 AB 岗制度。",
            "responsible": "李强（局长）",
            "expected_on": date(2026, 4, 8),
        },
    ),
    d.DocumentKind.HANDOVER_LIST: (
        d.handover_list,
        WHOLE,
        {
            "results": RESULTS,
            "handed_by": "王代办",
            "taken_by": "赵云帆",
            "handed_on": date(2026, 4, 8),
        },
    ),
    **examples(MATTER, REMEDIES),
}


def draft(kind: d.DocumentKind, *, matter: d.Matter | None = None, **changes: Any) -> d.Draft:
    """Write the complete document of a kind, with other particulars where given."""
    write, usual, given = EXAMPLES[kind]
    return write(matter or usual, **{**given, **changes})


def printed(kind: d.DocumentKind, **changes: Any) -> dict[str, Any]:
    """What would be stored of it once issued."""
    example = draft(kind, **changes)
    number = d.document_number(kind, example.matter.application, example.matter.item, 1)
    return d.issued_content(
        example,
        number=number,
        dated=date(2026, 3, 6),
        verified_at=f"https://daiban.example.gov.cn/api/v1/documents/{number}",
    )
