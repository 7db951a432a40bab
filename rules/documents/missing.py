"""Documents that tell the applicant once what is missing: before filing, by one department, by several together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.catalog import LimitUnit
from rules.documents import laws
from rules.documents.draft import Block, Draft, Matter, Paragraph, Table, ask_at, day, demand, numbered, span
from rules.documents.kinds import DocumentKind
from rules.terms import Correction


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is missing or wrong, and what will do."""

    material: str
    problem: str
    required: str = "补交齐全、符合法定形式的材料"
    #: Which items need it, where the notice is about several.
    needed_for: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of a consolidated notice: whose, on what law, and until when the applicant may answer."""

    item: str
    department: str
    received_on: date
    correction: Correction = Correction()
    supply_by: date | None = None
    if_late: str = ""


def correction_notice(
    matter: Matter,
    *,
    received_on: date,
    defects: Sequence[Defect],
    correction: Correction = Correction(),
    supply_by: date | None = None,
    if_late: str = "",
) -> Draft:
    """Write the one-time correction notice (一次性补正告知书): every defect, what is wrong with it, what will do.

    ``if_late`` says what follows when nothing is supplied by ``supply_by``; needed with it.
    """
    kind = DocumentKind.CORRECTION_NOTICE
    demand(kind, matter, {**_defective(defects), **({"逾期不补正的后果": if_late} if supply_by else {})})
    rows = numbered((each.material, each.problem, each.required) for each in defects)
    until = f"请于{day(supply_by)}前补正；{if_late.rstrip('。')}。" if supply_by else "请按上述要求补正。"
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提交的{matter.request}申请材料，已于{day(received_on)}收到。经审查，申请材料不齐全或者不符合法定"
            f"形式。根据{law_of(correction)}的规定，现将需要补正的全部内容一次性告知如下："
        ),
        Table(("序号", "材料名称", "存在的问题", "补正要求"), rows, (2, 8, 10, 8)),
        Paragraph(f"{until}按照要求提交全部补正材料的，自收到全部补正材料之日起予以受理；补正所用时间不计入办理时限。"),
        Paragraph("除上述内容外，不再就本次申请要求补正其他内容。"),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, (law_of(correction),))


def consolidated_notice(matter: Matter, *, asked: Sequence[Asked], defects: Sequence[Defect]) -> Draft:
    """Write one notice of what several departments ask for (一次性补正告知书): every material once, with its items.

    Each defect names the items that need it; an answer resumes only those.
    """
    kind = DocumentKind.CORRECTION_NOTICE
    parts = {
        "需要补正的事项": tuple(each.item for each in asked),
        "承办部门": tuple(each.department for each in asked),
        **_defective(defects),
        "材料用于的事项": tuple(defect.needed_for for defect in defects),
    }
    late = {"逾期不补正的后果": tuple(each.if_late for each in asked if each.supply_by)}
    demand(kind, matter, {**parts, **(late if any(each.supply_by for each in asked) else {})}, of_item=False)
    bases = tuple(dict.fromkeys(law_of(each.correction) for each in asked))
    rows = numbered((each.material, each.needed_for, each.problem, each.required) for each in defects)
    ends = numbered((each.item, each.department, day(each.received_on), _answer(each)) for each in asked)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）提交的{matter.request}申请材料，经各部门审查，下列材料不齐全或者不符合法定形式。根据{'、'.join(bases)}"
            "的规定，现将各部门需要补正的全部内容合并，一次性告知如下："
        ),
        Table(("序号", "材料名称", "用于事项", "存在的问题", "补正要求"), rows, (2, 7, 6, 8, 7)),
        Paragraph("涉及的事项及补正期限："),
        Table(("序号", "事项", "承办部门", "收件日期", "补正期限"), ends, (2, 8, 8, 6, 8)),
        Paragraph(
            "同一材料只需提交一次。某一事项的补正材料全部提交的，该事项自收到之日起予以受理，不受其他事项影响；补正所用"
            "时间不计入办理时限。除上述内容外，上述事项不再就本次申请要求补正其他内容。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks, bases)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A material that has not been handed in yet, the items it serves, and what may be done in its place."""

    name: str
    needed_for: str
    instead: str = "须提交"


def materials_notice(matter: Matter, *, lacking: Sequence[Lacking]) -> Draft:
    """Tell once, before anything is filed, all that is still missing (一次性告知书)."""
    kind = DocumentKind.MATERIALS_MISSING
    parts = {
        "缺少的材料": tuple(each.name for each in lacking),
        "材料用于的事项": tuple(each.needed_for for each in lacking),
    }
    demand(kind, matter, parts, of_item=False)
    rows = numbered((each.name, each.needed_for, each.instead) for each in lacking)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"你（单位）{matter.request}申请，经申报前预审，尚缺下列材料。为使申请一次受理，现将所缺材料一次性告知如下："
        ),
        Table(("序号", "材料名称", "用于事项", "办理方式"), rows, (2, 9, 9, 6)),
        Paragraph(
            "材料提交齐全的事项随即申报，不等待其他事项；本告知不影响行政机关收件后依法受理。代办服务不收取费用。"
        ),
        *ask_at(matter),
    )
    return Draft(kind, matter, matter.applicant, blocks)


def period_of(correction: Correction) -> str:
    """Write how long corrections may be asked for."""
    return span(correction.days, LimitUnit(correction.unit)) if correction.days else "当场"


def law_of(correction: Correction) -> str:
    """Cite the item's own law on corrections, or the paragraph of the general one."""
    return laws.CORRECTION if correction.source == Correction().source else correction.source


def _defective(defects: Sequence[Defect]) -> dict[str, object]:
    return {
        "需要补正的材料": tuple(defect.material for defect in defects),
        "存在的问题": tuple(defect.problem for defect in defects),
        "补正要求": tuple(defect.required for defect in defects),
    }


def _answer(asked: Asked) -> str:
    if asked.supply_by is None:
        return "无法定期限，请尽快补正"
    return f"{day(asked.supply_by)}前；{asked.if_late.rstrip('。')}"
