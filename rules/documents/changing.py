"""Documents about what changes after a decision or beside it: a permit revoked or void, a party that is called anew."""

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
    Table,
    ask_at,
    cited,
    day,
    demand,
    numbered,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.documents.natures import Contest


def revocation_advance_notice(
    matter: Matter, *, ground: str, facts: str, legal_basis: str, authority: str, state_by: date
) -> Draft:
    """Tell the holder why a permit may be revoked, and until when they may state their case (撤销许可事先告知书)."""
    kind = DocumentKind.REVOCATION_OPENED
    parts = {
        "拟撤销的理由": ground,
        "事实": facts,
        "法律依据（具体条款）": cited(legal_basis),
        "决定机关": authority,
        "陈述申辩的期限": state_by,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）取得的{matter.request}许可，{authority}拟依法予以撤销。现将事实、理由和依据事先告知如下："
        ),
        Particulars((("拟撤销的理由", ground), ("依据", legal_basis))),
        *lines(facts),
        Paragraph(
            f"你（单位）可以在{day(state_by)}前向{matter.issuer}陈述和申辩；逾期不提出的，视为放弃。作出决定以前，该许可"
            "继续有效。依法受保护的合法权益因撤销受到损害的，可以一并说明。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,))


def revocation_decision(
    matter: Matter,
    *,
    ground: str,
    facts: str,
    reasons: str,
    legal_basis: str,
    public_interest: str,
    remedies: Contest,
    compensation: str = "",
    deceived: bool = False,
    heard: bool = True,
    resting: Sequence[str] = (),
    reference: str | None = None,
) -> Draft:
    """Write the decision that revokes a permit (撤销许可决定书, 行政许可法 art. 69): what was weighed, and remedies.

    Legitimate reliance is compensated unless the holder ``deceived``; one who was not ``heard`` kept silent. What rests
    on the permit is named, not revoked.
    """
    kind = DocumentKind.REVOCATION
    parts = {
        "撤销的理由": ground,
        "事实": facts,
        "理由": reasons,
        "法律依据（具体条款）": cited(legal_basis),
        "公共利益的衡量": public_interest,
        **({} if deceived else {"对信赖利益的补偿": compensation}),
        **remedies.parts,
    }
    demand(kind, matter, parts)
    basis = (legal_basis,) if "第六十九条" in legal_basis else (legal_basis, laws.REVOCATION)
    said = "并听取陈述申辩" if heard else "，你（单位）未在期限内陈述申辩"
    reliance = "该许可系以不正当手段取得，基于该许可取得的利益不受保护。" if deceived else compensation
    others = (
        (Paragraph(f"以该许可为依据的下列许可不随之撤销，由各作出机关依法处理：{'、'.join(resting)}。"),)
        if resting
        else ()
    )
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）取得的{matter.request}许可，经事先告知{said}，现已审查终结。"),
        Heading("一、查明的事实"),
        *lines(facts),
        Heading("二、理由和法律依据"),
        *lines(f"{ground}。{reasons}"),
        Heading("三、公共利益和信赖利益"),
        *lines(public_interest),
        *lines(reliance),
        Heading("四、决定"),
        Paragraph(f"根据{'、'.join(basis)}的规定，决定撤销上述行政许可，并依法办理注销手续（{laws.CANCELLATION}）。"),
        *others,
        Heading("五、救济途径"),
        remedies.told(),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, basis, reference)


def lapse_notice(matter: Matter, *, result: str, use_by: date, legal_basis: str, resting: Sequence[str] = ()) -> Draft:
    """Tell the holder that a permit is void by law since it was not made use of, and is struck off (注销)."""
    kind = DocumentKind.PERMIT_LAPSED
    demand(kind, matter, {"失效的许可": result, "限期": use_by, "依据": legal_basis})
    others = f"以该许可为依据的{'、'.join(resting)}，由各作出机关依法处理。" if resting else ""
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）取得的{matter.request}许可（{result}），至{day(use_by)}未依法使用，也未获准延期。根据{legal_basis}"
            f"的规定，该许可自行废止，并依法办理注销手续（{laws.CANCELLATION}）。{others}"
        ),
        Paragraph("需要继续进行的，可以重新提出申请；仍然有效的材料和结果不再要求提交。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis, laws.CANCELLATION))


def party_change_notice(
    matter: Matter,
    *,
    before: str,
    after: str,
    document: str,
    changed_on: date,
    under_way: Sequence[tuple[str, str]] = (),
    party_kind: str = "",
    conversion: bool = False,
) -> Draft:
    """Confirm that the applicant is called or constituted anew and stays the same party (申请人变更告知书).

    ``under_way`` are the items at work, each with its department, which go on under the new name. A ``conversion`` of
    an individual business into an enterprise (个转企) rests on a law of its own.
    """
    kind = DocumentKind.PARTY_CHANGE
    parts = {"变更前名称": before, "变更后名称": after, "变更登记文书": document, "变更日期": changed_on}
    demand(kind, matter, parts, of_item=False)
    rows = (
        *(("变更前", before), ("变更后", after), ("统一社会信用代码", matter.credit_code or "—")),
        *((("主体类型", party_kind),) if party_kind else ()),
        *(("变更登记文书", document), ("变更日期", day(changed_on))),
    )
    basis = (laws.PARTY_CHANGE, *((laws.CONVERSION,) if conversion else ()))
    settled = (
        (Paragraph("个体工商户转型为企业的，应当依法结清税款等，对原有债权债务作出妥善处理，不得损害他人合法权益。"),)
        if conversion
        else ()
    )
    table = (Table(("序号", "在办事项", "承办部门"), numbered(under_way), (1, 6, 6)),) if under_way else ()
    blocks: tuple[Block, ...] = (
        Paragraph(f"{matter.request}的申请人已依法变更，主体资格延续（{'、'.join(basis)}）。现告知如下："),
        Particulars(rows),
        *table,
        Paragraph(
            "在办事项按变更后的名称继续办理，办理时限不变，已作出的承诺继续有效；请向承办部门提交变更登记证明。已作出决定的许可，"
            "请依法申请变更。"
        ),
        *settled,
        *ask_at(matter),
    )
    return Draft(kind, matter, after, blocks, basis)
