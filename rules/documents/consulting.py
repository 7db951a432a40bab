"""Documents by which others are heard before a decision: departments (征求意见), applicants, third parties (听证)."""

from collections.abc import Sequence
from datetime import date, datetime

from rules.documents import laws
from rules.documents.draft import (
    Block,
    Draft,
    Matter,
    Paragraph,
    Particulars,
    Table,
    ask_at,
    chinese,
    day,
    demand,
    minute,
    numbered,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind

#: Working days to ask for a hearing, to hold it in, and to announce it ahead (行政许可法 art. 47, 48).
ASK_WITHIN, HOLD_WITHIN, ANNOUNCE_AHEAD = 5, 20, 7


def opinion_request(
    matter: Matter,
    *,
    addressee: str,
    question: str,
    days: int,
    materials: Sequence[str] = (),
    silence: str = "",
) -> Draft:
    """Ask another department for its opinion (部门意见征求函, 行政许可法 art. 26(2)).

    ``silence`` is the published document by which no answer counts as consent; without one it counts for nothing.
    """
    kind = DocumentKind.OPINION_REQUEST
    demand(kind, matter, {"征求意见的部门": addressee, "征求意见的内容": question, "答复期限": days})
    consequence = (
        f"逾期未答复的，依据{silence}视为同意。"
        if silence
        else "逾期未答复的，由营商环境建设主管部门督办，不视为同意。"
    )
    attached = (Table(("序号", "所附材料"), numbered((name,) for name in materials), (1, 10)),) if materials else ()
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{matter.applicant}提出的{matter.request}申请，正由本机关办理。根据{laws.OPINIONS}的规定，现征求你单位意见："
        ),
        *lines(question),
        *attached,
        Paragraph(
            f"请自收到本函之日起{chinese(days)}个工作日内书面答复。答复为同意、附条件同意（写明条件）、不同意（说明理由和依据）或者"
            f"须转报上级四种之一。{consequence}"
        ),
        Paragraph("征求意见由本机关进行，不得要求申请人另行提交材料或者自行取得意见；所需时间计入办理时限。"),
    )
    return Draft(kind, matter, addressee, blocks, (laws.OPINIONS, *((silence,) if silence else ())))


def hearing_rights_notice(
    matter: Matter, *, addressee: str, subject: str, ask_by: date, contact: str, third_party: bool = False
) -> Draft:
    """Tell the applicant or a third party of the right to a hearing (听证告知书, 行政许可法 art. 47)."""
    kind = DocumentKind.HEARING_RIGHTS
    parts = {"被告知人": addressee, "拟作出的决定及理由": subject, "提出听证的期限": ask_by, "提出方式": contact}
    demand(kind, matter, parts)
    relation = "该事项直接涉及你（单位）与他人之间的重大利益关系" if third_party else "该事项依法可以申请听证"
    blocks: tuple[Block, ...] = (
        Paragraph(f"{matter.applicant}提出的{matter.request}申请正在审查，{relation}。拟作出的决定及理由："),
        *lines(subject),
        Paragraph(
            f"根据{laws.HEARING_ON_REQUEST}的规定，你（单位）享有要求听证的权利，可以自被告知之日起"
            f"{chinese(ASK_WITHIN)}个工作日内（{day(ask_by)}前）提出听证申请；逾期不提出的，视为放弃听证。提出申请的，本机关在"
            f"{chinese(HOLD_WITHIN)}个工作日内组织听证，不收取费用。"
        ),
        Paragraph(f"提出方式：{contact.rstrip('。')}。在作出决定之前，你（单位）还可以陈述和申辩。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, addressee, blocks, (laws.HEARING_ON_REQUEST,))


def hearing_notice(
    matter: Matter,
    *,
    addressee: str,
    held_at: datetime,
    place: str,
    presider: str,
    examiners: Sequence[str],
    subject: str,
    told_on: date,
    days_ahead: int,
    on_request: bool = True,
    public: bool = True,
) -> Draft:
    """Announce a hearing (听证通知书): when, where, who presides; at least seven working days ahead (art. 48).

    ``days_ahead`` are the working days between ``told_on`` and the hearing. Who presides has not examined the matter.
    """
    kind = DocumentKind.HEARING_NOTICE
    independent = presider if presider.strip() not in {name.strip() for name in examiners} else ""
    parts = {
        "被通知人": addressee,
        "听证时间": held_at,
        "听证地点": place,
        "听证主持人（不得为审查人员）": independent,
        "听证事项": subject,
        "通知日期": told_on,
        f"提前{ANNOUNCE_AHEAD}个工作日通知": days_ahead >= ANNOUNCE_AHEAD,
    }
    demand(kind, matter, parts)
    base = laws.HEARING_ON_REQUEST if on_request else laws.HEARING_BY_LAW
    form = "公开举行" if public else "依法不公开举行"
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{matter.applicant}提出的{matter.request}申请，根据{base}、{laws.HEARING_PROCEDURE}的规定，决定{form}听证。现通知如下："
        ),
        Particulars(
            (
                *(("听证事项", subject), ("时间", minute(held_at)), ("地点", place), ("主持人", presider)),
                ("审查人员", "、".join(examiners) or "—"),
            )
        ),
        Paragraph(
            "你（单位）可以委托一至二人参加听证；认为主持人与本事项有直接利害关系的，有权申请回避；可以提出证据，进行申辩和质证。"
            "听证制作笔录，由参加人确认无误后签字或者盖章；本机关根据听证笔录作出决定。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, addressee, blocks, (base, laws.HEARING_PROCEDURE))
