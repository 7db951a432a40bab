"""A complete document of the kinds that answers to other items than permits, offices and agents need."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from rules import documents as d
from rules.workdays import SHANGHAI


def examples(matter: d.Matter, remedies: d.Remedies) -> dict[d.DocumentKind, Any]:
    """Return the function, the matter and what it is given, by kind."""
    center = replace(matter, issuer="开原市营商环境建设局")
    whole = replace(center, item=None, item_name=None)
    answered: dict[str, Any] = {
        "accepted_on": date(2026, 3, 4),
        "facts": "图纸有三处违反强制性条文。",
        "reasons": "图纸不符合强制性条文。",
        "legal_basis": ("《建设工程质量管理条例》第四十九条",),
    }
    order: dict[str, Any] = {
        "department": matter.issuer,
        "facts": "法定时限 2026-04-01 已过，尚未作出决定。",
        "demands": "立即办理，并公开说明超期原因。",
        "reply_by": date(2026, 4, 3),
    }
    return {
        d.DocumentKind.MATERIALS_MISSING: (
            d.materials_notice,
            whole,
            {
                "lacking": (
                    d.Lacking("施工合同", "建筑工程施工许可证核发"),
                    d.Lacking("资金落实承诺书", "建筑工程施工许可证核发", "可容缺受理"),
                )
            },
        ),
        d.DocumentKind.FILED: (
            d.grant_decision,
            matter,
            {"accepted_on": date(2026, 3, 4), "result": "企业投资项目备案证", "nature": d.FILING},
        ),
        d.DocumentKind.FILING_REFUSED: (
            d.refusal_decision,
            matter,
            {**answered, "remedies": remedies, "nature": d.FILING},
        ),
        d.DocumentKind.SERVICE_DONE: (
            d.grant_decision,
            replace(matter, issuer="开原市自来水公司"),
            {"accepted_on": date(2026, 3, 4), "result": "供水接入通知单", "nature": d.SERVICE},
        ),
        d.DocumentKind.SERVICE_REFUSED: (
            d.refusal_decision,
            replace(matter, issuer="开原市自来水公司"),
            {**answered, "remedies": d.Complaint("开原市营商环境建设局"), "nature": d.SERVICE},
        ),
        d.DocumentKind.DEEMED_APPROVAL: (
            d.deemed_approval_notice,
            matter,
            {
                "accepted_on": date(2026, 3, 4),
                "due": date(2026, 4, 1),
                "legal_basis": "开政办发〔2026〕3号第七条",
            },
        ),
        d.DocumentKind.OPINION_REQUEST: (
            d.opinion_request,
            matter,
            {
                "addressee": "开原市水利局",
                "question": "对准予该项许可有无意见，以及需要附加的条件。",
                "days": 5,
                "materials": ("总平面图", "防洪评价报告"),
            },
        ),
        d.DocumentKind.HEARING_RIGHTS: (
            d.hearing_rights_notice,
            matter,
            {
                "addressee": matter.applicant,
                "subject": "拟不予许可：厂房距居民楼不足规定距离。",
                "ask_by": date(2026, 3, 13),
                "contact": "书面提交至开原市政务服务中心二楼 12 号窗口。",
            },
        ),
        d.DocumentKind.HEARING_NOTICE: (
            d.hearing_notice,
            matter,
            {
                "addressee": matter.applicant,
                "held_at": datetime(2026, 3, 20, 9, 30, tzinfo=SHANGHAI),
                "place": "开原市市民之家三楼听证室",
                "presider": "陈静",
                "examiners": ("王芳",),
                "subject": "厂房与居民楼的距离",
                "told_on": date(2026, 3, 10),
                "days_ahead": 8,
            },
        ),
        d.DocumentKind.REVOCATION_OPENED: (
            d.revocation_advance_notice,
            matter,
            {
                "ground": "违反法定程序作出",
                "facts": "未征求相邻单位意见。",
                "legal_basis": "《中华人民共和国行政许可法》第六十九条第一款第三项",
                "authority": matter.issuer,
                "state_by": date(2026, 3, 13),
            },
        ),
        d.DocumentKind.REVOCATION: (
            d.revocation_decision,
            matter,
            {
                "ground": "违反法定程序作出",
                "facts": "未征求相邻单位意见。",
                "reasons": "影响相邻单位采光。",
                "legal_basis": "《中华人民共和国行政许可法》第六十九条第一款第三项",
                "public_interest": "撤销不会对公共利益造成重大损害。",
                "compensation": "对已投入的设计费用予以补偿。",
                "remedies": remedies,
                "resting": ("城市建筑垃圾处置核准",),
                "reference": "开住建撤〔2026〕1号",
            },
        ),
        d.DocumentKind.CANCELLATION_OPENED: (
            d.cancellation_advance_notice,
            matter,
            {
                "ground": "法人或者其他组织依法终止",
                "facts": "公司已清算并注销登记。",
                "legal_basis": "《中华人民共和国行政许可法》第七十条第三项",
                "evidence": "（开）登字〔2026〕第12号",
                "state_by": date(2026, 3, 13),
            },
        ),
        d.DocumentKind.CANCELLATION: (
            d.cancellation_decision,
            matter,
            {
                "ground": "法人或者其他组织依法终止",
                "facts": "公司已清算并注销登记。",
                "reasons": "许可已无被许可人。",
                "legal_basis": "《中华人民共和国行政许可法》第七十条第三项",
                "came_by": "经事先告知并听取陈述申辩",
                "evidence": "（开）登字〔2026〕第12号",
                "remedies": remedies,
                "resting": ("城市建筑垃圾处置核准",),
                "reference": "开住建注〔2026〕1号",
            },
        ),
        d.DocumentKind.PERMIT_LAPSED: (
            d.lapse_notice,
            matter,
            {
                "result": "施工许可证",
                "use_by": date(2026, 6, 4),
                "legal_basis": "《中华人民共和国建筑法》第九条",
                "resting": ("城市建筑垃圾处置核准",),
            },
        ),
        d.DocumentKind.PARTY_CHANGE: (
            d.party_change_notice,
            whole,
            {
                "before": "开原市云帆铸件厂",
                "after": "开原市云帆铸造有限公司",
                "document": "准予变更登记通知书（2026）第12号",
                "changed_on": date(2026, 3, 9),
                "under_way": (("建筑工程施工许可证核发", "开原市住房和城乡建设局"),),
                "party_kind": "有限责任公司",
            },
        ),
        d.DocumentKind.ENGAGEMENT: (
            d.engagement_letter,
            whole,
            {
                "agents": ("王代办", "李代办"),
                "scope": "全部审批事项",
                "verbs": ("申报", "补交材料", "领取文书"),
                "valid_from": date(2026, 3, 2),
            },
        ),
        d.DocumentKind.ENGAGEMENT_SUSPENDED: (
            d.engagement_suspended,
            whole,
            {"reasons": "未按时缴纳法定费用。", "since": date(2026, 3, 9), "resumes_when": "缴清费用"},
        ),
        d.DocumentKind.ENGAGEMENT_ENDED: (
            d.engagement_ended,
            whole,
            {"reasons": "委托期满。", "ended_on": date(2026, 3, 9), "returned": ("施工合同（原件）",)},
        ),
        d.DocumentKind.SUPERVISION_ORDER: (d.supervision_order, center, order),
        d.DocumentKind.YELLOW_CARD: (d.supervision_order, center, {**order, "kind": d.DocumentKind.YELLOW_CARD}),
        d.DocumentKind.RED_CARD: (d.supervision_order, center, {**order, "kind": d.DocumentKind.RED_CARD}),
        d.DocumentKind.ORDER_TO_CORRECT: (
            d.order_to_correct,
            matter,
            {
                "facts": "2026年3月9日现场核查，场所未取得承诺所称的检测合格证明。",
                "required": ("提交消防设施检测合格证明（原件）",),
                "correct_by": date(2026, 3, 20),
                "consequences": ("撤销许可决定", "记入信用记录"),
                "legal_basis": ("国办发〔2020〕42号",),
            },
        ),
    }
