"""Documents of receiving, correcting and accepting an application (行政许可法 art. 32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.documents import laws
from rules.documents.draft import Block, Draft, Matter, Paragraph, Table, ask_at, day, demand, minute, numbered
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind
from rules.documents.missing import law_of, period_of
from rules.documents.natures import Contest
from rules.terms import Correction, ReceiptSilence


@dataclass(frozen=True, slots=True)
class ReceivedMaterial:
    """A material that was handed in."""

    name: str
    form: str = "电子件"
    copies: int = 1


def receipt(
    matter: Matter,
    *,
    received_at: datetime,
    received_by: str,
    materials: Sequence[ReceivedMaterial],
    correction: Correction = Correction(),
    receipt_number: str = "",
) -> Draft:
    """Write the receipt (收件凭证); ``correction`` is the item's law on how long corrections may be asked for.

    ``receipt_number`` is the department's own (收件编号).
    """
    kind = DocumentKind.RECEIPT
    names = tuple(material.name for material in materials)
    demand(kind, matter, {"收件人": received_by, "收到的材料": names}, of_item=False)
    asked = period_of(correction)
    within = f"自收到申请材料之日起{asked}内" if correction.days else asked
    silence = "逾期不告知的，自收到申请材料之日起即为受理" if _accepts(correction) else "逾期未告知的，由代办中心督办"
    own = f"（部门收件编号：{receipt_number}）" if receipt_number else ""
    rows = numbered((each.name, each.form, str(each.copies)) for each in materials)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提交的{matter.request}申请材料，已于{minute(received_at)}收到，由{received_by}收件{own}。"
        ),
        Table(("序号", "材料名称", "形式", "份数"), rows, (1, 7, 2, 1)),
        Paragraph(
            f"申请材料不齐全或者不符合法定形式的，将{within}一次性告知需要补正的全部内容；{silence}"
            f"（{law_of(correction)}）。收到当日不计算在内。"
        ),
        Paragraph("本凭证证明申请材料已经收到，是否受理另行书面告知。代办服务不收取费用。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (law_of(correction),))


def acceptance_notice(
    matter: Matter,
    *,
    received_on: date,
    accepted_on: date,
    legal_limit: str,
    legal_due: date | None = None,
    promised_due: date | None = None,
    provisional: bool = False,
) -> Draft:
    """Write the notice of acceptance (受理通知书).

    ``legal_limit`` as ``span`` writes it; dates are ``provisional`` while they rest on holidays not published yet.
    """
    kind = DocumentKind.ACCEPTANCE
    demand(kind, matter, {"受理日期": accepted_on, "法定办理时限": legal_limit})
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）于{day(received_on)}提出的{matter.request}申请，申请材料齐全、符合法定形式。根据"
            f"{laws.ACCEPTANCE}的规定，决定自{day(accepted_on)}起予以受理。"
        ),
        Paragraph(_limits(legal_limit, legal_due, promised_due, provisional)),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (laws.ACCEPTANCE,))


def deemed_acceptance_notice(
    matter: Matter,
    *,
    received_on: date,
    correction_ended_on: date,
    legal_limit: str,
    correction: Correction = Correction(),
    legal_due: date | None = None,
    promised_due: date | None = None,
    provisional: bool = False,
) -> Draft:
    """Write that silence has accepted the application from the day it was received (视为受理通知书)."""
    kind = DocumentKind.DEEMED_ACCEPTANCE
    parts = {
        "逾期不告知即为受理的规定": _accepts(correction),
        "收到日期": received_on,
        "告知补正的期限": correction_ended_on,
        "法定办理时限": legal_limit,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提交的{matter.request}申请材料，已于{day(received_on)}收到。至{day(correction_ended_on)}，法律规定"
            f"的{period_of(correction)}告知补正期限届满，未告知你（单位）需要补正的内容。"
        ),
        Paragraph(
            f"根据{law_of(correction)}的规定，逾期不告知的，自收到申请材料之日起即为受理，你（单位）的申请自"
            f"{day(received_on)}起视为受理。"
        ),
        Paragraph(_limits(legal_limit, legal_due, promised_due, provisional)),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (law_of(correction),))


def not_accepted_decision(
    matter: Matter, *, received_on: date, reasons: str, competent_agency: str, remedies: Contest
) -> Draft:
    """Write the decision not to accept (不予受理决定书), which names the agency that is competent."""
    kind = DocumentKind.NOT_ACCEPTED
    demand(kind, matter, {"理由": reasons, "有权受理的行政机关": competent_agency, **remedies.parts})
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）于{day(received_on)}提出的{matter.request}申请，经审查，依法不属于本机关职权范围。理由如下："
        ),
        *lines(reasons),
        Paragraph(f"根据{laws.NOT_COMPETENT}的规定，决定不予受理。请向{competent_agency}提出申请。"),
        remedies.told(),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (laws.NOT_COMPETENT,))


def not_required_notice(matter: Matter, *, received_on: date, reasons: str) -> Draft:
    """Write that no permit is needed (不受理告知书)."""
    kind = DocumentKind.NOT_REQUIRED
    demand(kind, matter, {"理由": reasons})
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）于{day(received_on)}提出的{matter.request}申请，经审查，依法不需要取得行政许可。理由如下："
        ),
        *lines(reasons),
        Paragraph(f"根据{laws.NOT_REQUIRED}的规定，即时告知你（单位）不受理。无须取得该项许可，即可依法开展相关活动。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (laws.NOT_REQUIRED,))


def _accepts(correction: Correction) -> bool:
    return correction.silence is ReceiptSilence.DEEMED_ACCEPTED


def _limits(legal_limit: str, legal_due: date | None, promised_due: date | None, provisional: bool) -> str:
    until = f"，至{day(legal_due)}届满" if legal_due else ""
    promised = f"；承诺于{day(promised_due)}前办结" if promised_due else ""
    open_ = "（以上日期按尚未公布的放假安排暂定）" if provisional else ""
    return (
        f"本事项的法定办理时限为{legal_limit}{until}{promised}{open_}。依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和"
        f"专家评审的，所需时间不计算在内，并将书面告知（{laws.EXCLUDED_TIME}）。"
    )
