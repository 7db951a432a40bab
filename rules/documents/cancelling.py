"""Documents about striking a permit off (注销, 行政许可法 art. 70): the notice before it, and the decision."""

from collections.abc import Sequence
from datetime import date

from rules.documents.draft import Block, Draft, Heading, Matter, Paragraph, Particulars, ask_at, cited, day, demand
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.documents.natures import Contest


def cancellation_advance_notice(
    matter: Matter, *, ground: str, facts: str, legal_basis: str, evidence: str, state_by: date
) -> Draft:
    """Tell a holder who did not ask for it why a permit is to be struck off, and until when they may state their case.

    Art. 70 does not demand it; art. 7 gives every holder the right to be heard.
    """
    kind = DocumentKind.CANCELLATION_OPENED
    parts = {
        "拟注销的事由": ground,
        "事实": facts,
        "法律依据（具体条款）": cited(legal_basis),
        "证明文书": evidence,
        "陈述申辩的期限": state_by,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）取得的{matter.request}许可，拟依法办理注销手续。现将事由、事实和依据事先告知如下："),
        Particulars((("拟注销的事由", ground), ("依据", legal_basis), ("证明文书", evidence))),
        *lines(facts),
        Paragraph(
            f"你（单位）可以在{day(state_by)}前向{matter.issuer}陈述和申辩；逾期不提出的，视为放弃。作出决定以前，该许可的"
            "状态不变。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,))


def cancellation_decision(
    matter: Matter,
    *,
    ground: str,
    facts: str,
    reasons: str,
    legal_basis: str,
    came_by: str,
    remedies: Contest,
    evidence: str = "",
    resting: Sequence[str] = (),
    reference: str | None = None,
) -> Draft:
    """Write the decision that strikes a permit off (注销许可决定书): ground, facts, law, remedies.

    ``came_by`` says how it came to it: at the holder's wish, or after they were heard. What rests on it is named.
    """
    kind = DocumentKind.CANCELLATION
    parts = {
        "注销的事由": ground,
        "事实": facts,
        "理由": reasons,
        "法律依据（具体条款）": cited(legal_basis),
        **remedies.parts,
    }
    demand(kind, matter, parts)
    others = (
        (Paragraph(f"以该许可为依据的下列许可不随之注销，由各作出机关依法处理：{'、'.join(resting)}。"),)
        if resting
        else ()
    )
    proof = (Paragraph(f"证明文书：{evidence}。"),) if evidence else ()
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）取得的{matter.request}许可，{came_by}，现已审查终结。"),
        Heading("一、查明的事实"),
        *lines(facts),
        *proof,
        Heading("二、理由和法律依据"),
        *lines(f"{ground}。{reasons}"),
        Heading("三、决定"),
        Paragraph(f"根据{legal_basis}的规定，决定注销上述行政许可。自本决定作出之日起，不得再依据该许可从事有关活动。"),
        *others,
        Heading("四、救济途径"),
        remedies.told(),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,), reference)
