"""Documents of the end of an application: withdrawn, its results handed over, delivered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.catalog import ItemCode
from rules.delivery.record import DeliveryChannel
from rules.documents import (
    DeliveredPaper,
    DeliveryMethod,
    DocumentKind,
    Draft,
    delivery_record,
    document_number,
    handover_list,
    withdrawal_confirmation,
)
from rules.documents.natures import ANSWERS
from rules.entries import NoticeQueued, Step
from rules.issuing.act import Act
from rules.workdays import local_date

#: What an applicant gets in the end, in the order of a procedure.
_RESULTS: Final = (
    DocumentKind.NOT_ACCEPTED,
    DocumentKind.NOT_REQUIRED,
    *ANSWERS,
    DocumentKind.DEEMED_APPROVAL,
    DocumentKind.RETURNED_PAPERS,
)
_METHODS: Final = MappingProxyType(
    {
        DeliveryChannel.ONLINE: DeliveryMethod.ONLINE,
        DeliveryChannel.WINDOW: DeliveryMethod.WINDOW,
        DeliveryChannel.POST: DeliveryMethod.POST,
        DeliveryChannel.AGENT: DeliveryMethod.AGENT,
    }
)


def withdrawn(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    requested = act.after.withdrawal_requested_at or act.now
    names = {code: act.item(ItemCode(code)).name for code in (*notice.body["withdrawn"], *notice.body["stands"])}
    yield withdrawal_confirmation(
        act.matter(),
        requested_on=local_date(requested),
        requested_by=act.parties.applicant,
        reason="申请人自愿撤回",
        stopped=[names[code] for code in notice.body["withdrawn"]] or ["尚未办结的全部事项"],
        kept=[names[code] for code in notice.body["stands"]],
    )


def results(act: Act, _notice: NoticeQueued) -> Iterator[Draft]:
    papers = _results(act)
    if papers:
        yield handover_list(
            act.matter(),
            results=papers,
            handed_by=act.parties.center_name,
            taken_by=act.parties.applicant,
            handed_on=local_date(act.now),
        )


def delivered(act: Act, step: Step) -> Iterator[Draft]:
    """A result has reached the applicant: by which way, and by what that is shown."""
    code = ItemCode(step.item or "")
    papers = _answers(act, code)
    if not papers:
        return
    said, channel = step.details, DeliveryChannel(step.details["channel"])
    on = date.fromisoformat(str(said["delivered_on"])) if said.get("delivered_on") else local_date(act.now)
    online = f"政务服务平台，代办件{act.after.number}"
    place = {DeliveryChannel.ONLINE: online, DeliveryChannel.WINDOW: act.matter().enquiries}.get(channel, "")
    yield delivery_record(
        replace(act.matter(code), issuer=act.parties.center_name),
        delivered=papers,
        method=_METHODS[channel],
        recipient=said.get("signer") or act.parties.applicant,
        place=said.get("address") or place or "申请人所在地",
        deliverer=act.parties.center_name,
        delivered_on=on,
        evidence=said.get("tracking_number") or (online if channel is DeliveryChannel.ONLINE else ""),
        remark=f"结果移交单 {said['sheet']}" if said.get("sheet") else "",
    )


def _results(act: Act) -> list[DeliveredPaper]:
    """List the newest answer to each item, by its document's own number."""
    return [paper for item in act.after.network.items for paper in _answers(act, item.code)]


def _answers(act: Act, code: ItemCode) -> list[DeliveredPaper]:
    name, found = act.item(code).name, []
    for kind in _RESULTS:
        if serial := act.serial(kind, code):
            number = document_number(kind, act.after.number, code, serial)
            found.append(DeliveredPaper(f"{kind.zh}（{name}）", number))
    return found
