"""Documents of receiving, correcting, accepting, and of time, from the notices that announce them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from rules.attendance import attendances
from rules.catalog import ItemCode, MaterialSource
from rules.clocks import ClockEventKind
from rules.documents import (
    Defect,
    Draft,
    ReceivedMaterial,
    acceptance_notice,
    correction_notice,
    deemed_acceptance_notice,
    extension_notice,
    laws,
    overdue_explanation,
    receipt,
    span,
    special_procedure_notice,
)
from rules.documents.missing import Asked, Lacking, consolidated_notice, materials_notice
from rules.entries import NoticeQueued
from rules.issuing.act import Act
from rules.network import NetworkItem
from rules.terms import Approver
from rules.windows import happened, window
from rules.workdays import local_date

_IF_LATE = "逾期未补正的，退回申请材料，按退件办结，可以重新申请"
_UNTOLD = "未提交，或者不符合法定形式"


def receipts(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    code = _item_of(notice)
    item, view = act.item(code), act.view(code)
    names = act.handed_in(item)
    agents = {each.name for each in item.materials if each.source is MaterialSource.AGENT}
    yield receipt(
        act.matter(code),
        received_at=happened(view, ClockEventKind.RECEIVED) or act.now,
        received_by=act.office(code).authority,
        materials=[ReceivedMaterial(name) for name in (*(sorted(agents - set(names))), *names)],
        correction=item.terms.correction,
        receipt_number=view.receipt_number or "",
    )


def acceptances(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    code = _item_of(notice)
    item, view = act.item(code), act.view(code)
    clock = act.after.read_clock(view, act.now)
    matter, received_on = act.matter(code), act.received_on(code)
    limits: dict[str, Any] = {
        "legal_limit": span(item.legal.days, item.legal.unit),
        "legal_due": clock.legal_due,
        "promised_due": clock.promised_due,
        "provisional": clock.provisional,
    }
    last = window(act.after, view)
    if view.deemed_accepted and last is not None:
        yield deemed_acceptance_notice(
            matter,
            received_on=received_on,
            correction_ended_on=last.on,
            correction=item.terms.correction,
            **limits,
        )
    else:
        yield acceptance_notice(matter, received_on=received_on, accepted_on=act.accepted_on(code), **limits)


def missing(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    yield materials_notice(act.matter(), lacking=_lacking(act, notice, tuple(notice.body["materials"])))


def corrections(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """A list repeated, a notice of one department, or one for several with what the center misses itself."""
    body = notice.body
    requests = body.get("requests")
    if requests is None:
        yield _of_one(act, _item_of(notice), tuple(body["materials"]), body.get("reason", ""), None)
        return
    also = tuple(name for name, items in body["items_by_material"].items() if not items)
    if also:
        yield materials_notice(act.matter(), lacking=_lacking(act, notice, also))
    if len(requests) == 1:
        (only,) = requests
        yield _of_one(
            act, ItemCode(only["item"]), tuple(only["materials"]), only["reason"] or "", _day(only["answer_by"])
        )
    else:
        yield _of_several(act, body)


def _of_one(act: Act, code: ItemCode, names: tuple[str, ...], reason: str, supply_by: date | None) -> Draft:
    return correction_notice(
        act.matter(code),
        received_on=act.received_on(code),
        defects=[Defect(name, reason or _UNTOLD) for name in names],
        correction=act.item(code).terms.correction,
        supply_by=supply_by,
        if_late=_IF_LATE if supply_by else "",
    )


def _of_several(act: Act, body: Any) -> Draft:
    reasons = {request["item"]: request["reason"] or _UNTOLD for request in body["requests"]}
    asked = [
        Asked(
            act.item(code).name,
            act.office(code).authority,
            act.received_on(code),
            act.item(code).terms.correction,
            _day(request["answer_by"]),
            _IF_LATE,
        )
        for request in body["requests"]
        for code in (ItemCode(request["item"]),)
    ]
    defects = [
        Defect(
            name,
            "；".join(dict.fromkeys(reasons[code] for code in items)),
            needed_for="、".join(act.item(code).name for code in items),
        )
        for name, items in body["items_by_material"].items()
        if items
    ]
    return consolidated_notice(act.matter(), asked=asked, defects=defects)


def _lacking(act: Act, notice: NoticeQueued, names: tuple[str, ...]) -> list[Lacking]:
    instead = {name: offer for offer in notice.body.get("commitments", ()) for name in offer["materials"]}
    ways = {"tolerance": "可容缺受理", "notified": "可告知承诺"}
    visits = attendances(act.after.network)
    return [
        Lacking(
            name,
            "、".join(item.name for item in act.after.network.items if _needs(item, name)) or "本次申请",
            "本人办理，可代为预约"
            if name in visits
            else ways.get(instead[name]["kind"], "可以承诺代替")
            if name in instead
            else "须提交",
        )
        for name in names
    ]


def _needs(item: NetworkItem, name: str) -> bool:
    return name in item.waived or any(each.name == name for each in item.materials) or f"（{item.name}）" in name


def special_procedures(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    code, body = _item_of(notice), notice.body
    procedure = next(each for each in act.item(code).terms.procedures if each.kind == body["procedure"])
    yield special_procedure_notice(
        act.matter(code),
        procedure=procedure,
        days=body["days"],
        starts_on=date.fromisoformat(body["from"]),
        reason=body["reason"] or f"审查本事项需要进行{procedure.name}",
    )


def extensions(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """The one extension of an item, or of the joint limit of a stage (行政许可法 art. 42(1), 42(2))."""
    body, level = notice.body, Approver(notice.body["approver_level"])
    joint = level is Approver.GOVERNMENT_HEAD
    given: dict[str, Any] = {
        "reasons": body["reason"],
        "days": body["days"],
        "approver": f"{level.zh}{body['approver']}",
        "legal_basis": laws.JOINT_EXTENSION if joint else laws.EXTENSION,
    }
    if notice.item is None:
        yield extension_notice(act.matter(), previous_due=None, new_due=None, **given)
        return
    item, before = act.item(notice.item), act.before.assignments[notice.item]
    previous, due = act.before.read_clock(before, act.now).legal_due, _day(body["legal_due"])
    known = previous is not None and due is not None
    yield extension_notice(
        act.matter(notice.item),
        previous_due=previous if known else None,
        new_due=due if known else None,
        unit=item.legal.unit,
        **given,
    )


def overdue(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    code, due = _item_of(notice), date.fromisoformat(notice.body["due_on"])
    item, office = act.item(code), act.office(code)
    calendar, today = act.after.calendar, local_date(act.now)
    ordered = f"函请{office.supervisor}督促办理" if office.supervisor else f"向{office.authority}发出督办单"
    yield overdue_explanation(
        act.matter(code),
        limit=f"法定时限{span(item.legal.days, item.legal.unit)}",
        due=due,
        overdue_days=max(1, calendar.count_working_days(due, today)),
        measures=f"已{ordered}，要求立即办理并公开说明超期原因。",
        responsible=office.authority,
    )


def _item_of(notice: NoticeQueued) -> ItemCode:
    if notice.item is None:
        raise ValueError(f"a notice {notice.kind} is about one item")
    return notice.item


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
