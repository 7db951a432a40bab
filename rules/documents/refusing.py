"""Decisions for and against, the ways to contest them, and the filing of a refusal (否定备案)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    cited,
    day,
    demand,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind


@dataclass(frozen=True, slots=True)
class Remedies:
    """Where a decision can be contested; both must be told (行政许可法 art. 38, 行政复议法 art. 20)."""

    #: The authority of 行政复议: 开原市人民政府; for offices under vertical leadership the next higher one.
    reconsideration: str
    #: The court of 行政诉讼.
    court: str

    @property
    def parts(self) -> Mapping[str, str]:
        """Name what a document must contain of them."""
        return {"行政复议机关": self.reconsideration, "行政诉讼管辖法院": self.court}

    def told(self, document: str = "本决定书") -> Paragraph:
        """Tell the applicant: 60 days (行政复议法 art. 20), 6 months (行政诉讼法 art. 46)."""
        return Paragraph(
            f"如不服，可以自收到{document}之日起六十日内，依据{laws.RECONSIDERATION}向{self.reconsideration}申请行政"
            f"复议；也可以自收到{document}之日起六个月内，依据{laws.LITIGATION}向{self.court}提起行政诉讼。"
        )


def grant_decision(
    matter: Matter,
    *,
    accepted_on: date,
    result: str,
    legal_basis: Sequence[str] = (laws.GRANT,),
    certificate: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    conditions: str = "",
    refused_part: str = "",
    reasons: str = "",
    remedies: Remedies | None = None,
    reference: str | None = None,
) -> Draft:
    """Write the decision that grants the permit (准予许可决定书); ``result`` is the licence or approval given.

    A grant in part says what is refused (``refused_part``), and then needs reasons and remedies as a refusal does.
    """
    kind = DocumentKind.GRANT
    parts: dict[str, object] = {"许可结果": result, "法律依据（具体条款）": cited(*legal_basis)}
    if refused_part:
        told = remedies or Remedies("", "")
        parts.update({"部分不予许可的理由": reasons, **told.parts})
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提出的{matter.request}申请，本机关已于{day(accepted_on)}受理。经审查，申请符合法定条件、标准。根据"
            f"{'、'.join(legal_basis)}的规定，决定准予行政许可："
        ),
        _permit(matter, result, certificate, valid_from, valid_until),
        *lines(conditions),
        *_refused_in_part(refused_part, reasons, remedies),
        Paragraph(f"本机关自作出本决定之日起十个工作日内，向你（单位）颁发、送达上述证件（{laws.DELIVERY}）。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, tuple(legal_basis), reference)


def _permit(
    matter: Matter, result: str, certificate: str | None, valid_from: date | None, valid_until: date | None
) -> Particulars:
    term = f"{day(valid_from) if valid_from else ''}至{day(valid_until) if valid_until else '长期'}"
    return Particulars(
        (
            *(("被许可人", matter.applicant), ("许可事项", matter.item_name or ""), ("许可证件", result)),
            *((("统一社会信用代码", matter.credit_code),) if matter.credit_code else ()),
            *((("证件编号", certificate),) if certificate else ()),
            *((("有效期", term),) if valid_from or valid_until else ()),
        )
    )


def _refused_in_part(what: str, reasons: str, remedies: Remedies | None) -> tuple[Paragraph, ...]:
    if not what or remedies is None:
        return ()
    return (
        Paragraph(f"对申请中的下列部分，根据{laws.REFUSAL}的规定，决定不予行政许可：{what.rstrip('。')}。"),
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
    remedies: Remedies,
    reference: str | None = None,
) -> Draft:
    """Write the decision that refuses the permit (不予许可决定书): facts, reasons, law, remedies (art. 38)."""
    kind = DocumentKind.REFUSAL
    parts = {"事实": facts, "理由": reasons, "法律依据（具体条款）": cited(*legal_basis), **remedies.parts}
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）提出的{matter.request}申请，本机关已于{day(accepted_on)}受理，现已审查终结。"),
        Heading("一、查明的事实"),
        *lines(facts),
        Heading("二、理由和法律依据"),
        *lines(reasons),
        Paragraph(f"上述情形不符合{'、'.join(legal_basis)}的规定。"),
        Heading("三、决定"),
        Paragraph(f"根据{laws.REFUSAL}的规定，决定不予行政许可。"),
        Heading("四、救济途径"),
        remedies.told(),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (*legal_basis, laws.REFUSAL), reference)


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
        *(("申请人", matter.applicant), ("统一社会信用代码", matter.credit_code or "—"), ("联系方式", contact)),
        *(("项目", matter.project), ("事项", matter.item_name or "")),
        ("否定类型", f"{_DENIALS.get(denial, '')}（{denial_number}）"),
        *(("事实", facts), ("理由", reasons), ("法律依据", "；".join(legal_basis))),
        ("需补齐的材料", "；".join(papers_to_complete) or "无"),
        *(("经办人", handler), ("审批人", approver), ("领导意见", opinion)),
    )
    return Draft(kind, matter, "", (Particulars(rows), *_FILED), tuple(legal_basis))


_DENIALS = {
    DocumentKind.NOT_ACCEPTED: "不予受理",
    DocumentKind.RETURNED_PAPERS: "退件",
    DocumentKind.REFUSAL: "不予许可",
}
_FILED = (
    Paragraph("本表一式三份，分别由承办部门、营商环境建设主管部门和申请人留存。"),
    Signatures(("经办人（签名）", "审批人（签名）")),
)
