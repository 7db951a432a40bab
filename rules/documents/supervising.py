"""Documents of supervision: orders to a department (督办单、黄牌、红牌), and to an applicant who broke a commitment."""

from collections.abc import Sequence
from datetime import date

from rules.documents import laws
from rules.documents.draft import Block, Draft, Matter, Paragraph, Particulars, ask_at, day, demand
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind

ORDERS = (DocumentKind.SUPERVISION_ORDER, DocumentKind.YELLOW_CARD, DocumentKind.RED_CARD)
_WARNINGS = {
    DocumentKind.SUPERVISION_ORDER: "逾期不办理也不答复的，升级为黄牌督办。",
    DocumentKind.YELLOW_CARD: "本次督办计入黄牌一次。逾期仍不整改的，升级为红牌督办。",
    DocumentKind.RED_CARD: "本次督办计入红牌一次。逾期仍不整改的，约谈、通报，并依规移送纪检监察机关。",
}


def supervision_order(
    matter: Matter,
    *,
    department: str,
    facts: str,
    demands: str,
    reply_by: date | None,
    supervisor: str = "",
    kind: DocumentKind = DocumentKind.SUPERVISION_ORDER,
    legal_basis: Sequence[str] = (laws.OVERDUE,),
) -> Draft:
    """Order a department to act and to reply (督办单; with ``kind`` 黄牌, 红牌).

    The city may not order an organ that it does not lead: with ``supervisor`` the paper is a letter that asks that
    superior to see to it, and the department gets a copy. Without ``reply_by`` an answer is due at once.
    """
    parts = {
        "督办类型": kind in ORDERS,
        "承办部门": department,
        "事实": facts,
        "督办要求": demands,
        "依据": tuple(legal_basis),
    }
    demand(kind, matter, parts)
    by = f"于{day(reply_by)}前" if reply_by else "即时"
    asks = (
        f"{department}不由本级政府领导，现函请你单位依职权督促，并{by}书面函复办理情况。抄送：{department}。"
        if supervisor
        else f"请{by}书面答复办理情况。"
    )
    rows = (("项目", matter.project), ("事项", matter.item_name or ""), ("申请人", matter.applicant))
    blocks: tuple[Block, ...] = (
        Particulars((*rows, ("承办部门", department))),
        *lines(facts),
        *lines(f"督办要求：{demands}"),
        Paragraph(asks),
        *(() if supervisor else (Paragraph(_WARNINGS.get(kind, "")),)),
    )
    return Draft(kind, matter, supervisor or department, blocks, tuple(legal_basis))


def order_to_correct(
    matter: Matter,
    *,
    facts: str,
    required: Sequence[str],
    correct_by: date,
    consequences: Sequence[str],
    legal_basis: Sequence[str],
) -> Draft:
    """Order an applicant to do by a day what was committed to (责令限期整改通知书); statement and defence stay open."""
    kind = DocumentKind.ORDER_TO_CORRECT
    parts = {
        "事实": facts,
        "整改内容": tuple(required),
        "整改期限": correct_by,
        "逾期的后果": tuple(consequences),
        "依据": tuple(legal_basis),
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(f"关于你（单位）就{matter.request}所作的承诺，经核查："),
        *lines(facts),
        Paragraph(f"根据{'、'.join(legal_basis)}的规定，责令你（单位）于{day(correct_by)}前完成下列整改："),
        *(Paragraph(f"{serial}．{what.rstrip('。')}。") for serial, what in enumerate(required, start=1)),
        Paragraph(f"逾期不整改的：{'；'.join(each.rstrip('。') for each in consequences)}。"),
        Paragraph("对上述事实有异议的，可以在整改期限内向本机关陈述和申辩。已经取得的许可在依法撤销之前继续有效。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, tuple(legal_basis))
