"""Documents of the end: papers returned, an application withdrawn, results delivered and handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.documents import laws
from rules.documents.draft import (
    Block,
    Draft,
    Matter,
    Paragraph,
    Particulars,
    Signatures,
    Table,
    ask_at,
    day,
    demand,
    numbered,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.documents.natures import Contest
from rules.vocabulary import Word

_TO_BE_FILLED_IN = "　　　　年　　月　　日"


class DeliveryMethod(Word):
    """How a document reaches its addressee (送达方式)."""

    WINDOW = "window", "窗口直接送达"
    POST = "post", "邮寄送达"
    ONLINE = "online", "电子送达"
    AGENT = "agent", "代办员转交"
    LEFT = "left", "留置送达"

    @property
    def evidence(self) -> str:
        """Name the evidence this way of delivery needs beside a signature, or nothing."""
        return {"post": "邮件号码", "online": "电子送达地址", "left": "见证人"}.get(self.value, "")


@dataclass(frozen=True, slots=True)
class DeliveredPaper:
    """A paper that changes hands: what it is called and its number."""

    title: str
    number: str
    copies: int = 1


def returned_papers_notice(
    matter: Matter,
    *,
    reasons: str,
    legal_basis: Sequence[str],
    returned: Sequence[str],
    remedies: Contest,
) -> Draft:
    """Tell the applicant that the papers come back, and why (退件通知书): the time to bring what lacked has passed."""
    kind = DocumentKind.RETURNED_PAPERS
    parts = {
        "理由": reasons,
        "依据": tuple(legal_basis),
        "退回的材料": tuple(returned),
        **remedies.parts,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）提出的{matter.request}申请，因下列原因按退件办结："),
        *lines(reasons),
        Paragraph(f"依据：{'；'.join(legal_basis)}。退回的材料："),
        Table(("序号", "退回的材料"), numbered((name,) for name in returned), (1, 10)),
        Paragraph("条件具备后，可以重新提出申请。"),
        remedies.told("本通知书"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, tuple(legal_basis))


def deemed_approval_notice(
    matter: Matter, *, accepted_on: date, due: date, legal_basis: str, renewed: str = ""
) -> Draft:
    """Tell the applicant that silence has consented (视为同意告知书): by which law, and that it is no grant.

    With the number of a permit that is ``renewed``, ``due`` is its last day, and no warning had to go before.
    """
    kind = DocumentKind.DEEMED_APPROVAL
    demand(kind, matter, {"受理日期": accepted_on, "办理期限": due, "依据": legal_basis})
    said = f"办理期限至{day(due)}届满。期限届满前已书面预告，{matter.issuer}未在期限内作出决定。"
    if renewed:
        said = f"{renewed}的有效期至{day(due)}届满，届满前{matter.issuer}未作出是否准予延续的决定。"
    consent = "准予延续" if renewed else "同意"
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）提出的{matter.request}申请，已于{day(accepted_on)}受理，{said}"),
        Paragraph(f"依据{legal_basis}，自期限届满之日起视为{consent}。视为{consent}的责任由{matter.issuer}承担。"),
        Paragraph("依法需要颁发证件的，可以凭本告知书要求补发。发现不符合法定条件的，行政机关依法另行处理。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,))


def withdrawal_confirmation(
    matter: Matter,
    *,
    requested_on: date,
    requested_by: str,
    reason: str,
    stopped: Sequence[str],
    kept: Sequence[str] = (),
) -> Draft:
    """Confirm a withdrawal (撤件确认书): ``stopped`` items end without decision, decisions ``kept`` stay valid."""
    kind = DocumentKind.WITHDRAWAL
    parts = {"撤件申请人": requested_by, "撤件理由": reason, "终止办理的事项": tuple(stopped)}
    demand(kind, matter, parts, of_item=False)
    rows = numbered(
        (*((name, "终止办理，不作决定") for name in stopped), *((name, "已有决定，继续有效") for name in kept))
    )
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{requested_by}于{day(requested_on)}申请撤回{matter.request}申请，理由：{reason.rstrip('。')}。现予确认，"
            "各部门自确认之日起终止办理："
        ),
        Table(("序号", "事项", "处理"), rows, (1, 6, 5)),
        Paragraph("撤件不影响以后重新提出申请。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks)


def delivery_record(
    matter: Matter,
    *,
    delivered: Sequence[DeliveredPaper],
    method: DeliveryMethod,
    recipient: str,
    place: str,
    deliverer: str,
    delivered_on: date | None = None,
    evidence: str = "",
    remark: str = "",
) -> Draft:
    """Write the record that papers have reached their addressee (送达回证, 行政许可法 art. 44).

    ``evidence`` is what ``method.evidence`` names. Without ``delivered_on`` the date is left to be filled in by hand.
    """
    kind = DocumentKind.DELIVERY_RECORD
    parts = {
        "送达的文书": tuple(paper.title for paper in delivered),
        "文书编号": tuple(paper.number for paper in delivered),
        "受送达人": recipient,
        "送达地点": place,
        "送达人": deliverer,
        **({method.evidence: evidence} if method.evidence else {}),
    }
    demand(kind, matter, parts, of_item=False)
    rows = (
        *(("受送达人", recipient), ("项目", matter.project), ("送达方式", method.zh), ("送达地点", place)),
        ("送达人", deliverer),
        *(((method.evidence, evidence),) if method.evidence else ()),
        ("送达日期", day(delivered_on) if delivered_on else _TO_BE_FILLED_IN),
        ("备注", remark or "—"),
    )
    blocks: tuple[Block, ...] = (
        _papers(delivered),
        Particulars(rows),
        Signatures(("受送达人（签名或盖章）", "送达人（签名）")),
    )
    return Draft(kind, matter, "", blocks, (laws.DELIVERY,))


def handover_list(
    matter: Matter,
    *,
    results: Sequence[DeliveredPaper],
    handed_by: str,
    taken_by: str,
    handed_on: date | None = None,
) -> Draft:
    """List the results that the centre hands over to the applicant (结果移交单); both sides sign."""
    kind = DocumentKind.HANDOVER_LIST
    parts = {
        "移交的结果": tuple(paper.title for paper in results),
        "结果编号": tuple(paper.number for paper in results),
        "移交人": handed_by,
        "接收人": taken_by,
    }
    demand(kind, matter, parts, of_item=False)
    what = matter.request if matter.item else f"“{matter.project}”项目"
    on = day(handed_on) if handed_on else _TO_BE_FILLED_IN
    blocks: tuple[Block, ...] = (
        Paragraph(f"{what}的下列办理结果，现移交申请人："),
        _papers(results),
        Particulars((("移交人", handed_by), ("接收人", taken_by), ("移交日期", on))),
        Signatures(("移交人（签名）", "接收人（签名或盖章）")),
    )
    return Draft(kind, matter, matter.applicant, blocks)


def _papers(papers: Sequence[DeliveredPaper]) -> Table:
    rows = numbered((paper.title, paper.number, str(paper.copies)) for paper in papers)
    return Table(("序号", "文书（证件）名称", "编号", "份数"), rows, (2, 8, 10, 2))
