"""Documents about time: what is not counted, what is added, and why a limit was missed."""

import re
from datetime import date

from rules.catalog import LimitUnit
from rules.documents import laws
from rules.documents.draft import Block, Draft, Matter, Paragraph, Particulars, ask_at, cited, day, demand, span
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.terms import SpecialProcedure

_ARTICLE_45 = re.compile(r"行政许可法.*第四十五条")
#: What 行政许可法 art. 45 names; site visits, publication and asking other departments are not among it.
IN_GENERAL_LAW = frozenset(
    {"hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"}
)


def own_basis(procedure: SpecialProcedure) -> str:
    """Return the article a procedure's time may be left out by; nothing where none is named that says so.

    What 行政许可法 art. 45 does not name needs another law for it.
    """
    fits = procedure.kind in IN_GENERAL_LAW or "行政许可法" not in procedure.basis
    return cited(procedure.basis) if fits else ""


def special_procedure_notice(
    matter: Matter,
    *,
    procedure: SpecialProcedure,
    days: int,
    starts_on: date,
    reason: str,
    unit: LimitUnit = LimitUnit.WORKING_DAY,
) -> Draft:
    """Tell the applicant which procedure takes how long and does not count (特别程序告知书, art. 45).

    The basis of a procedure that art. 45 does not name must be another law, and the item's maximum holds.
    """
    kind = DocumentKind.SPECIAL_PROCEDURE
    general = procedure.kind in IN_GENERAL_LAW
    own = own_basis(procedure)
    most = procedure.max_days
    parts = {
        "程序": procedure.name,
        "事由": reason,
        "法律依据（具体条款）" if general else "法律依据（行政许可法以外的具体条款）": own,
        f"所需天数（不超过{most}个工作日）" if most else "所需天数": days if not most or days <= most else 0,
        "开始日期": starts_on,
    }
    demand(kind, matter, parts)
    bases = (own,) if not general or _ARTICLE_45.search(own) else (own, laws.EXCLUDED_TIME)
    rows = (("程序", procedure.name), ("法律依据", "；".join(bases)), ("所需时间", span(days, unit)))
    blocks: tuple[Block, ...] = (
        *lines(f"你（单位）提出的{matter.request}申请正在办理。{reason.rstrip('。')}，依法需要进行{procedure.name}。"),
        Paragraph(f"根据{'、'.join(bases)}的规定，{procedure.name}所需时间不计算在办理时限内。现告知如下："),
        Particulars((*rows, ("开始日期", day(starts_on)))),
        Paragraph(f"{procedure.name}结束后，自次一工作日起恢复计算办理时限；需要超过上述时间的，另行书面告知。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, bases)


def extension_notice(
    matter: Matter,
    *,
    reasons: str,
    days: int,
    approver: str,
    previous_due: date | None,
    new_due: date | None,
    unit: LimitUnit = LimitUnit.WORKING_DAY,
    legal_basis: str = laws.EXTENSION,
) -> Draft:
    """Tell the applicant of the one extension, with its reasons (延期通知书, art. 42).

    ``approver`` is the head of the agency; with ``laws.JOINT_EXTENSION`` the head of the government. Both days are
    None while a stop holds the limit open. The joint limit is of a stage, so it needs no item.
    """
    kind = DocumentKind.EXTENSION
    parts: dict[str, object] = {
        "延期理由": reasons,
        "延长天数": days,
        "批准人": approver,
        "法律依据（具体条款）": cited(legal_basis),
    }
    dated = previous_due is not None or new_due is not None
    if dated:
        later = previous_due is not None and new_due is not None and new_due > previous_due
        parts["新的办理期限（应晚于原期限）"] = later
    demand(kind, matter, parts, of_item=legal_basis != laws.JOINT_EXTENSION)
    moved = f"，由{day(previous_due)}延至{day(new_due)}" if previous_due and new_due else ""
    blocks: tuple[Block, ...] = (
        Paragraph(f"你（单位）提出的{matter.request}申请，因下列原因不能在法定期限内作出决定："),
        *lines(reasons),
        Paragraph(
            f"根据{legal_basis}的规定，经{approver}批准，办理期限延长{span(days, unit)}{moved}。办理期限只延长一次。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,))


def overdue_explanation(
    matter: Matter,
    *,
    limit: str,
    due: date,
    overdue_days: int,
    measures: str,
    responsible: str,
    reasons: str = "",
    expected_on: date | None = None,
) -> Draft:
    """State in public why a limit was missed and what is done (超期说明, 优化营商环境条例 art. 36).

    A department that has not explained itself is said not to have; what must be known is what is done about it.
    """
    kind = DocumentKind.OVERDUE_EXPLANATION
    parts = {
        "办理时限": limit,
        "超期天数": overdue_days,
        "采取的措施": measures,
        "责任单位（责任人）": responsible,
    }
    demand(kind, matter, parts)
    expected = f"预计于{day(expected_on)}前办结。" if expected_on else ""
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提出的{matter.request}申请，办理时限为{limit}，已于{day(due)}届满，至今超期{span(overdue_days)}。"
            f"根据{laws.OVERDUE}的规定，现公开说明如下："
        ),
        *lines(f"超期理由：{reasons or '承办单位尚未说明，已要求其公开说明。'}"),
        *lines(f"采取的措施：{measures}"),
        Paragraph(f"{expected}责任单位（责任人）：{responsible}。"),
        Paragraph("对超期向你（单位）致歉。可以向代办中心投诉，也可以依法申请行政复议或者提起行政诉讼。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (laws.OVERDUE,))
