"""Documents of proxy handling (代办): what the applicant entrusts, and that it pauses or has ended."""

from collections.abc import Sequence
from datetime import date

from rules.documents import laws
from rules.documents.draft import (
    Block,
    Draft,
    Matter,
    Paragraph,
    Particulars,
    Signatures,
    ask_at,
    day,
    demand,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind


def engagement_letter(
    matter: Matter,
    *,
    agents: Sequence[str],
    scope: str,
    verbs: Sequence[str],
    valid_from: date,
    valid_until: date | None = None,
    excluded: Sequence[str] = (),
    express: Sequence[str] = (),
    representative: str = "",
) -> Draft:
    """Write the applicant's engagement of agents (代办委托书): scope, acts, period; free of charge, revocable.

    ``express`` are acts that count only when they are named expressly: to withdraw, to make a commitment.
    """
    kind = DocumentKind.ENGAGEMENT
    parts = {"代办员": tuple(agents), "委托事项": scope, "委托权限": tuple(verbs), "委托期限": valid_from}
    demand(kind, matter, parts, of_item=False)
    until = day(valid_until) if valid_until else "本代办件办结"
    rows = (
        ("委托人", matter.applicant),
        *((("统一社会信用代码", matter.credit_code),) if matter.credit_code else ()),
        *((("法定代表人", representative),) if representative else ()),
        ("代办员", "、".join(agents)),
        ("委托事项", scope),
        ("委托权限", "、".join(verbs)),
        ("特别授权", "、".join(express) or "无（撤回申请、作出承诺须由委托人另行书面明示）"),
        ("除外", "、".join(excluded) or "无"),
        ("委托期限", f"{day(valid_from)}至{until}"),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(f"{matter.applicant}自愿委托代办员代为办理“{matter.project}”项目的下列手续（{laws.PROXY}）："),
        Particulars(rows),
        Paragraph(
            "委托人对申请材料实质内容的真实性负责；代办员不得超出委托范围和期限行事，不得指定或者变相指定中介服务。"
        ),
        Paragraph("代办服务不收取任何费用。委托人可以随时书面撤销委托。"),
        Signatures(("委托人（签名或盖章）", "代办员（签名）")),
    )
    return Draft(kind, matter, matter.issuer, blocks, (laws.PROXY,), sealed=False)


def engagement_suspended(matter: Matter, *, reasons: str, since: date, resumes_when: str) -> Draft:
    """Tell the applicant that proxy handling pauses, and what lets it go on (代办中止告知书)."""
    kind = DocumentKind.ENGAGEMENT_SUSPENDED
    demand(kind, matter, {"中止理由": reasons, "中止日期": since, "恢复条件": resumes_when}, of_item=False)
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）委托的“{matter.project}”项目代办服务，自{day(since)}起中止。理由："),
        *lines(reasons),
        Paragraph(f"{resumes_when.rstrip('。')}后，代办服务恢复。"),
        *_UNAFFECTED,
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks)


def engagement_ended(matter: Matter, *, reasons: str, ended_on: date, returned: Sequence[str] = ()) -> Draft:
    """Tell the applicant that proxy handling has ended, and why (代办终止告知书)."""
    kind = DocumentKind.ENGAGEMENT_ENDED
    demand(kind, matter, {"终止理由": reasons, "终止日期": ended_on}, of_item=False)
    back = (Paragraph(f"退还的材料：{'、'.join(returned)}。"),) if returned else ()
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）委托的“{matter.project}”项目代办服务，自{day(ended_on)}起终止。理由："),
        *lines(reasons),
        *back,
        *_UNAFFECTED,
        Paragraph("可以另行委托代办员，也可以自行办理。对终止有异议的，可以向代办中心申诉。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks)


_UNAFFECTED = (Paragraph("已经提出的申请和各部门的办理不受影响，办理时限照常计算；已经作出的决定继续有效。"),)
