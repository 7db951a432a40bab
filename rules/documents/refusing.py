"""Decisions for and against, the ways to contest them, and the filing of a refusal (否定备案)."""

from collections.abc import Sequence
from datetime import date

from rules.documents import laws
from rules.documents.draft import (
    Block,
    Draft,
    Heading,
    Matter,
    Paragraph,
    Particulars,
    Signatures,
    ask_at,
    chinese,
    cited,
    day,
    demand,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.documents.natures import PERMIT, Contest, Nature, Remedies


def grant_decision(
    matter: Matter,
    *,
    accepted_on: date,
    result: str,
    legal_basis: Sequence[str] = (),
    certificate: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    conditions: str = "",
    refused_part: str = "",
    reasons: str = "",
    remedies: Contest | None = None,
    reference: str | None = None,
    nature: Nature = PERMIT,
    delivery_days: int = 10,
) -> Draft:
    """Write the favourable answer (准予许可决定书; of another ``nature`` 备案通知书, 办理结果告知书).

    ``result`` is the licence or approval given. A grant in part says what is refused (``refused_part``), and then
    needs reasons and remedies as a refusal does. Without a basis of its own it rests on the nature's.
    """
    kind = nature.granted
    basis = tuple(legal_basis) or nature.grant_law
    parts: dict[str, object] = {"办理结果": result}
    if nature is PERMIT:
        parts = {"许可结果": result, "法律依据（具体条款）": cited(*basis)}
    if refused_part:
        told = remedies or Remedies("", "")
        parts.update({"部分不予许可的理由": reasons, **told.parts})
    demand(kind, matter, parts)
    office, verb = ("本机关", "决定") if nature is PERMIT else ("", "现")
    rests = f"根据{'、'.join(basis)}的规定，" if basis else ""
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提出的{matter.request}申请，{office}已于{day(accepted_on)}受理。经审查，申请符合法定条件、标准。"
            f"{rests}{verb}{nature.grant}："
        ),
        _permit(matter, nature, result, certificate, valid_from, valid_until),
        *lines(conditions),
        *_refused_in_part(nature, refused_part, reasons, remedies),
        _delivered_within(nature, delivery_days),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, basis, reference)


def _permit(
    matter: Matter,
    nature: Nature,
    result: str,
    certificate: str | None,
    valid_from: date | None,
    valid_until: date | None,
) -> Particulars:
    term = f"{day(valid_from) if valid_from else ''}至{day(valid_until) if valid_until else '长期'}"
    return Particulars(
        (
            *((nature.holder, matter.applicant), (nature.matter, matter.item_name or ""), (nature.paper, result)),
            *((("统一社会信用代码", matter.credit_code),) if matter.credit_code else ()),
            *((("证件编号", certificate),) if certificate else ()),
            *((("有效期", term),) if valid_from or valid_until else ()),
        )
    )


def _delivered_within(nature: Nature, days: int) -> Paragraph:
    if nature is PERMIT:
        return Paragraph(
            f"本机关自作出本决定之日起{chinese(days)}个工作日内，向你（单位）颁发、送达上述证件（{laws.DELIVERY}）。"
        )
    return Paragraph(f"上述结果自本通知作出之日起{chinese(days)}个工作日内送达。")


def _refused_in_part(nature: Nature, what: str, reasons: str, remedies: Contest | None) -> tuple[Paragraph, ...]:
    if not what or remedies is None:
        return ()
    rests = f"根据{'、'.join(nature.refuse_law)}的规定，" if nature.refuse_law else ""
    return (
        Paragraph(f"对申请中的下列部分，{rests}决定{nature.refuse}：{what.rstrip('。')}。"),
        *lines(f"理由：{reasons}"),
        remedies.told(),
    )


def refusal_decision(
    matter: Matter,
    *,
    accepted_on: date,
    facts: str,
    reasons: str,
    legal_basis: Sequence[str],
    remedies: Contest,
    reference: str | None = None,
    nature: Nature = PERMIT,
) -> Draft:
    """Write the unfavourable answer (不予许可决定书; 不予备案通知书, 不予办理告知书): facts, reasons, law, remedies.

    行政许可法 art. 38 asks for them in a permit's refusal; the others owe their reader no less.
    """
    kind = nature.refused
    parts = {"事实": facts, "理由": reasons, "法律依据（具体条款）": cited(*legal_basis), **remedies.parts}
    demand(kind, matter, parts)
    basis = (*legal_basis, *(law for law in nature.refuse_law if law not in legal_basis))
    office = "本机关" if nature is PERMIT else ""
    rests = f"根据{'、'.join(nature.refuse_law)}的规定，" if nature.refuse_law else ""
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）提出的{matter.request}申请，{office}已于{day(accepted_on)}受理，现已审查终结。"),
        Heading("一、查明的事实"),
        *lines(facts),
        Heading("二、理由和法律依据"),
        *lines(reasons),
        Paragraph(f"上述情形不符合{'、'.join(legal_basis)}的规定。"),
        Heading("三、决定"),
        Paragraph(f"{rests}决定{nature.refuse}。"),
        Heading("四、救济途径"),
        remedies.told(f"本{kind.zh[-3:]}"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, basis, reference)


def refusal_filing(
    matter: Matter,
    *,
    denial: DocumentKind,
    denial_number: str,
    contact: str,
    facts: str,
    reasons: str,
    legal_basis: Sequence[str],
    handler: str,
    approver: str,
    opinion: str,
    papers_to_complete: Sequence[str] = (),
    filing_number: str | None = None,
) -> Draft:
    """Write the form that files a refusal (否定备案登记表): nobody refuses alone; ``opinion`` is the approver's."""
    kind = DocumentKind.REFUSAL_FILING
    parts = {
        "否定类型": denial in _DENIALS,
        "否定文书编号": denial_number,
        "联系方式": contact,
        "事实": facts,
        "理由": reasons,
        "法律依据（具体条款）": cited(*legal_basis),
        "经办人": handler,
        "审批人（不得为经办人）": approver if approver.strip() != handler.strip() else "",
        "领导意见": opinion,
    }
    demand(kind, matter, parts)
    rows = (
        *((("备案编号", filing_number),) if filing_number else ()),
        *(("申请人", matter.applicant), ("统一社会信用代码", matter.credit_code or "—"), ("联系方式", contact)),
        *(("项目", matter.project), ("事项", matter.item_name or "")),
        ("否定类型", f"{_DENIALS.get(denial, '')}（{denial_number}）"),
        *(("事实", facts), ("理由", reasons), ("法律依据", "；".join(legal_basis))),
        ("需补齐的材料", "；".join(papers_to_complete) or "无"),
        *(("经办人", handler), ("审批人", approver), ("领导意见", opinion)),
    )
    return Draft(kind, matter, "", (Particulars(rows), *_FILED), tuple(legal_basis))


_DENIALS = {
    DocumentKind.FILING_REFUSED: "不予备案",
    DocumentKind.SERVICE_REFUSED: "不予办理",
    DocumentKind.NOT_ACCEPTED: "不予受理",
    DocumentKind.REFUSAL: "不予许可",
}
_FILED = (
    Paragraph("本表一式三份，分别由承办部门、营商环境建设主管部门和申请人留存。"),
    Signatures(("经办人（签名）", "审批人（签名）")),
)
