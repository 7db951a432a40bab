"""An example of everything that a department can report."""

from typing import Any, Final

ACTS: Final[dict[str, dict[str, Any]]] = {
    "accepted": {"handler": "王芳"},
    "claimed": {"handler": "王芳"},
    "correction_requested": {"missing": ["施工合同"], "reason": "申请材料不齐全"},
    "hold_started": {"procedure": "expert_review", "days": 10, "reason": "深基坑方案需专家评审"},
    "hold_ended": {},
    "extension_requested": {
        "days": 3,
        "approver": "李强（局长）",
        "approver_level": "agency_head",
        "reason": "图纸修改后需复核",
    },
    "decided": {
        "decision": "refused",
        "document_number": "开住建〔2026〕17号",
        "reason": "缺少施工图审查合格书",
        "legal_basis": "建筑法第八条",
        "handler": "王芳",
        "approver": "李强",
    },
    "opinion_given": {"opinion": "agree_with_conditions", "conditions": "消防车道净宽不小于4米", "handler": "王芳"},
    "note": {"text": "证书可到 3 号窗口领取，也可邮寄"},
    "not_accepted": {
        "competent_agency": "铁岭市生态环境局",
        "document_number": "开环不受字〔2026〕3号",
        "reason": "项目环境影响评价文件由市级审批",
        "legal_basis": "行政许可法第三十二条第一款第二项",
        "handler": "王芳",
        "approver": "李强",
    },
    "not_required": {
        "reason": "建筑面积 280 平方米，无需办理施工许可",
        "legal_basis": "行政许可法第三十二条第一款第一项",
        "handler": "王芳",
        "approver": "李强",
    },
    "refusal_approved": {"approver": "李强", "document_number": "开住建〔2026〕17号"},
    "refusal_returned": {"approver": "李强", "reason": "图审合格书可以补交，请继续办理"},
    "transferred": {"department": "NRB", "reason": "事项已划转自然资源局", "handler": "王芳"},
    "decision_corrected": {"document_number": "开住建〔2026〕18号", "why": "文号笔误", "handler": "王芳"},
    "review_finished": {"reason": "其余材料审查完毕", "handler": "王芳"},
    "cure_verified": {"handler": "王芳"},
    "breach_found": {
        "reason": "逾期未补齐设施设备清单",
        "legal_basis": "辽宁省政务服务容缺受理管理办法",
        "correct_within": 10,
        "handler": "王芳",
    },
    "use_extended": {"months": 3, "reason": "冬季停工", "document_number": "开住建延〔2026〕4号", "handler": "王芳"},
}
