"""Documents between offices, and about commitments: letters, opinions asked for, orders."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from rules.catalog import ItemCode
from rules.commitments import letters
from rules.documents import (
    DeferredMaterial,
    DocumentKind,
    Draft,
    deferral_commitment,
    deferred_material_notice,
    laws,
    notification_and_commitment,
)
from rules.documents.consulting import hearing_notice, hearing_rights_notice, opinion_request
from rules.documents.deferral import CONSEQUENCE, CONSEQUENCE_LATER
from rules.documents.draft import day
from rules.documents.supervising import order_to_correct, supervision_order
from rules.entries import CommitmentSigned, MessageQueued, NoticeQueued
from rules.issuing.act import Act
from rules.network import NetworkItem
from rules.terms import ToleranceMode
from rules.vocabulary import CommitmentKind, Rung
from rules.workdays import local_date

_ORDERS: Final[Mapping[str, DocumentKind]] = MappingProxyType(
    {
        Rung.ORDER: DocumentKind.SUPERVISION_ORDER,
        Rung.YELLOW: DocumentKind.YELLOW_CARD,
        Rung.RED: DocumentKind.RED_CARD,
    }
)


def commitment_letters(act: Act, signed: CommitmentSigned) -> Iterator[Draft]:
    """The letter as the applicant signed it; until when is certain only with the acceptance."""
    view, item = signed.view, act.item(signed.view.item)
    if view.kind is CommitmentKind.NOTIFIED:
        yield _notification(act, signed, item)
        return
    due = f"{day(view.own_date)}前" if view.own_date else _allowed(item)
    yield deferral_commitment(
        act.matter(view.item),
        missing=[DeferredMaterial(name, view.form, due) for name in view.materials],
        signer=signed.signer,
        credit_check=_credit(signed),
        checked_on=local_date(signed.signed_at),
        consequence=_consequence(item),
        consequence_version=signed.text_version,
    )


def _notification(act: Act, signed: CommitmentSigned, item: NetworkItem) -> Draft:
    waived = signed.view.materials
    proofs = tuple(f"具备《{name}》所证明的条件" for name in waived)
    said = letters.consequences(item, CommitmentKind.NOTIFIED)
    return notification_and_commitment(
        act.matter(signed.view.item),
        legal_basis=(item.legal.source or laws.COMMITMENT,),
        replaced=waived or ("本事项法定条件的证明材料",),
        conditions=(f"符合办理{item.name}的法定条件、标准和技术要求", *proofs),
        checking=said[0],
        liability="；".join(said[1:]),
        disclosure="本承诺书自作出决定之日起公开，期限为许可有效期",
        signer=signed.signer,
    )


def _credit(signed: CommitmentSigned) -> str:
    breached = signed.credit_check.get("breached_on")
    return f"有已过限制期的失信记录（{breached}）" if breached else "无失信记录"


def _allowed(item: NetworkItem) -> str:
    """Say until when, as ``tolerance.cure_deadline`` will count it from the acceptance."""
    tolerance = item.terms.tolerance
    if tolerance is not None and tolerance.max_days is not None:
        return f"自受理之日起{tolerance.max_days}个工作日内，且不超过法定办理时限"
    return "自受理之日起承诺办理时限内"


def _consequence(item: NetworkItem) -> str:
    tolerance = item.terms.tolerance
    later = tolerance is not None and tolerance.mode is ToleranceMode.ISSUE_THEN_CURE
    return CONSEQUENCE_LATER if later else CONSEQUENCE


def deferred(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body, code = notice.body, ItemCode(notice.body["item"])
    letter = next(c.document for c in act.after.commitments if str(c.id) == body["commitment"])
    tolerance = act.item(code).terms.tolerance
    due = date.fromisoformat(body["due_on"])
    yield deferred_material_notice(
        act.matter(code),
        accepted_on=act.accepted_on(code),
        missing=[DeferredMaterial(name, body["form"], due) for name in body["materials"]],
        commitment_number=letter or body["commitment"],
        consequence=_consequence(act.item(code)),
        held=tolerance is None or tolerance.mode is ToleranceMode.HOLD_RESULT,
    )


def hearing_rights(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield hearing_rights_notice(
        act.matter(ItemCode(body["item"])),
        addressee=body["addressee"],
        subject=body["subject"],
        ask_by=date.fromisoformat(body["ask_by"]),
        contact=body["contact"],
        third_party=body["third_party"],
    )


def hearing_notices(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield hearing_notice(
        act.matter(ItemCode(body["item"])),
        addressee=body["addressee"] or act.parties.applicant,
        held_at=datetime.fromisoformat(body["held_at"]),
        place=body["place"],
        presider=body["presider"],
        examiners=body["examiners"],
        subject=body["subject"],
        told_on=local_date(act.now),
        days_ahead=body["days_ahead"],
        on_request=body["on_request"],
        public=body["public"],
    )


def orders_to_correct(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """The applicant is ordered to do what was committed to; that a commitment is broken is the department's finding."""
    body, code = notice.body, ItemCode(notice.body["item"])
    if body["stage"] != "ordered":
        return
    yield order_to_correct(
        act.matter(code),
        facts=body.get("reason") or "承诺的内容逾期未履行。",
        required=tuple(f"提交{name}（{body['form']}）" for name in body["materials"]) or ("按承诺书的内容履行承诺",),
        correct_by=date.fromisoformat(body["due_on"]),
        consequences=body["consequences"],
        legal_basis=(body["article"],),
    )


def opinion_requests(act: Act, message: MessageQueued) -> Iterator[Draft]:
    code, body = message.item, message.body
    if message.department is None:
        raise ValueError("an opinion is asked of a department")
    item = act.item(code)
    yield opinion_request(
        act.matter(code),
        addressee=act.parties.office(message.department).authority,
        question=f"对准予{item.name}有无意见，以及需要附加的条件。",
        days=body["days"],
        materials=act.handed_in(item),
        silence=body.get("silence_basis", ""),
    )


def supervision(act: Act, message: MessageQueued) -> Iterator[Draft]:
    """An order to who is late; to the superior of an organ that the city does not lead."""
    body = message.body
    office = act.parties.office(message.department or act.view(message.item).department)
    reply = body.get("reply_by")
    until = day(date.fromisoformat(reply)) if reply else ""
    yield supervision_order(
        act.center_matter(message.item),
        department=office.authority,
        facts=body.get("reason") or _overdue_opinion(act, message),
        demands=_demands(body.get("rung"), until),
        reply_by=date.fromisoformat(reply) if reply else None,
        supervisor=office.supervisor,
        kind=_ORDERS[body.get("rung", Rung.ORDER)],
    )


def _demands(rung: str | None, until: str) -> str:
    summons = f"部门主要负责人于{until}前到代办中心接受约谈，超期情况予以通报。" if rung == Rung.RED else ""
    return f"立即办理；在办结前按优化营商环境条例第三十六条公开说明超期原因。{summons}"


def _overdue_opinion(act: Act, message: MessageQueued) -> str:
    due = message.body.get("due_on")
    until = f"应于{day(date.fromisoformat(due))}前答复的" if due else ""
    return f"就{act.item(message.item).name}征求意见，{until}至今未答复。"
