"""Documents of acceptance with material to follow (容缺受理) and of promises in place of proof (告知承诺)."""

from collections.abc import Sequence
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
    Table,
    ask_at,
    day,
    demand,
    numbered,
)
from rules.documents.draft import paragraphs as lines
from rules.documents.kinds import DocumentKind

#: What breaking the promise leads to; its wording is part of what was signed, so it is named by a version.
CONSEQUENCE_VERSION = "RQ-1"
CONSEQUENCE = (
    "逾期未补齐的，视为放弃申请，按退件办结，退回申请材料；作出虚假承诺的，依法承担相应责任，记入信用记录，"
    "不再适用容缺受理。"
)
#: Where the result is issued before the cure.
CONSEQUENCE_LATER = (
    "逾期未补齐的，责令限期改正；拒不改正的，由行政机关依法作出处理决定；作出虚假承诺的，依法承担相应责任，记入信用"
    "记录，不再适用容缺受理。"
)
_HELD = "审查先行开展；暂缺材料补齐后，方可作出并送达办理结果。"
_ISSUED = "审查先行开展，符合条件的先行作出办理结果；暂缺材料须在上述期限内补齐。"


@dataclass(frozen=True, slots=True)
class DeferredMaterial:
    """A secondary material that may follow: which, in what form, until when."""

    name: str
    form: str
    #: A day, or the words for one that is not certain yet: 自受理之日起10个工作日内.
    due: date | str


def deferred_material_notice(
    matter: Matter,
    *,
    accepted_on: date,
    missing: Sequence[DeferredMaterial],
    commitment_number: str,
    legal_basis: str = laws.DEFERRAL,
    consequence: str = CONSEQUENCE,
    held: bool = True,
) -> Draft:
    """Write the notice of acceptance with material to follow (容缺受理通知书), told once for all materials.

    ``held`` tells whether the result waits for them.
    """
    kind = DocumentKind.DEFERRED_MATERIAL
    parts = {**_told(missing, consequence), "容缺受理承诺书编号": commitment_number, "依据": legal_basis}
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提出的{matter.request}申请，主要申请材料齐全、符合法定形式，次要材料暂缺。根据{legal_basis}的规定和"
            f"你（单位）自愿作出的承诺（《容缺受理承诺书》{commitment_number}），决定自{day(accepted_on)}起容缺受理。"
        ),
        Paragraph("请按下列要求补齐暂缺材料："),
        _table(missing),
        Paragraph(f"{_HELD if held else _ISSUED}补交可以到窗口、邮寄或者通过网上提交。"),
        Paragraph(consequence),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (legal_basis,))


def deferral_commitment(
    matter: Matter,
    *,
    missing: Sequence[DeferredMaterial],
    signer: str,
    credit_check: str,
    checked_on: date,
    legal_basis: str = laws.DEFERRAL,
    consequence: str = CONSEQUENCE,
    consequence_version: str = CONSEQUENCE_VERSION,
) -> Draft:
    """Write the applicant's commitment to supply what is missing (容缺受理承诺书), in the applicant's words."""
    kind = DocumentKind.DEFERRAL_COMMITMENT
    parts = {
        **_told(missing, consequence),
        "承诺人": signer,
        "信用核查结果": credit_check,
        "依据": legal_basis,
        "后果条款版本": consequence_version,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{matter.applicant}就{matter.request}，自愿申请适用{legal_basis}规定的容缺受理。已经提交的申请材料真实、合法、"
            "有效。暂缺的材料承诺按下表补齐："
        ),
        _table(missing),
        *((Paragraph("承诺人已知晓：在暂缺材料补齐之前，不作出办理结果。"),) if consequence == CONSEQUENCE else ()),
        Paragraph(f"承诺人已知晓并愿意承担违反承诺的后果：{consequence}"),
        Particulars(
            (
                ("承诺人", signer),
                ("信用核查", f"{credit_check}（{day(checked_on)}核查）"),
                ("后果条款版本", consequence_version),
            )
        ),
        Signatures(("承诺人（签名或盖章）",)),
    )
    return Draft(kind, matter, matter.issuer, blocks, (legal_basis,), sealed=False)


def notification_and_commitment(
    matter: Matter,
    *,
    legal_basis: Sequence[str],
    replaced: Sequence[str],
    conditions: Sequence[str],
    checking: str,
    liability: str,
    disclosure: str,
    signer: str,
) -> Draft:
    """Write the letter of notification and commitment (告知承诺书): the office informs, the applicant promises.

    ``replaced`` are the proofs the promise stands for, ``disclosure`` whether and how long the letter is public.
    """
    kind = DocumentKind.NOTIFICATION_AND_COMMITMENT
    parts = {
        "设定依据": tuple(legal_basis),
        "免于提交的证明": tuple(replaced),
        "应当符合的条件": tuple(conditions),
        "核查方式": checking,
        "不实承诺的责任": liability,
        "公开范围和期限": disclosure,
        "承诺人": signer,
    }
    demand(kind, matter, parts)
    blocks: tuple[Block, ...] = (
        Paragraph(f"申请事项：{matter.request}。本文书依据{laws.COMMITMENT}制作，适用告知承诺由申请人自愿选择。"),
        Heading("一、行政机关告知"),
        Paragraph(f"（一）设定依据：{'；'.join(legal_basis)}。"),
        Paragraph(f"（二）以承诺代替的证明：{'；'.join(replaced)}。"),
        Paragraph(f"（三）应当符合的条件：{'；'.join(conditions)}。"),
        Paragraph("（四）承诺方式：书面承诺，由申请人签名或者盖章。"),
        *lines(f"（五）核查方式：{checking}\n（六）不实承诺的责任：{liability}\n（七）公开：{disclosure}"),
        *_PROMISE,
        Particulars((("承诺人", signer), ("申请人", matter.applicant))),
        Signatures(("承诺人（签名或盖章）",)),
    )
    return Draft(kind, matter, matter.applicant, blocks, tuple(legal_basis))


_PROMISE = (
    Heading("二、申请人承诺"),
    Paragraph("（一）已经知晓行政机关告知的全部内容；"),
    Paragraph("（二）已经符合上述条件，所填写和提交的信息真实、准确；"),
    Paragraph("（三）接受行政机关的核查，愿意承担不实承诺的法律责任；"),
    Paragraph("（四）以上承诺是真实的意思表示。"),
)


def _told(missing: Sequence[DeferredMaterial], consequence: str) -> dict[str, object]:
    return {
        "暂缺的材料": tuple(each.name for each in missing),
        "材料的形式": tuple(each.form for each in missing),
        "补齐期限": tuple(each.due for each in missing),
        "逾期的后果": consequence,
    }


def _table(missing: Sequence[DeferredMaterial]) -> Table:
    rows = numbered((each.name, each.form, _until(each.due)) for each in missing)
    return Table(("序号", "暂缺材料", "形式", "补齐期限"), rows, (2, 9, 6, 6))


def _until(due: date | str) -> str:
    return due if isinstance(due, str) else f"{day(due)}前"
