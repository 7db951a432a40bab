"""Documents that follow when a permit is revoked, struck off or lapses, and when the applicant changes."""

from collections.abc import Iterable, Iterator
from datetime import date

from rules.acts import cancelling
from rules.acts.cancelling import CancellationGround
from rules.acts.revoking import RevocationGround
from rules.acts.revoking import of as revocation_of
from rules.catalog import ItemCode
from rules.documents import Draft
from rules.documents.cancelling import cancellation_advance_notice, cancellation_decision
from rules.documents.changing import (
    lapse_notice,
    party_change_notice,
    revocation_advance_notice,
    revocation_decision,
)
from rules.entries import NoticeQueued
from rules.issuing.act import Act


def revocations_opened(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield revocation_advance_notice(
        act.matter(ItemCode(body["item"])),
        ground=body["ground_zh"],
        facts=body["facts"],
        legal_basis=body["legal_basis"],
        authority=body["authority"],
        state_by=date.fromisoformat(body["state_by"]),
    )


def revoked(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """The decision rests on what the holder was told when the procedure was opened."""
    body, code = notice.body, ItemCode(notice.body["item"])
    known = revocation_of(act.before.assignments[code])
    ground = RevocationGround(known["ground"])
    yield revocation_decision(
        act.matter(code),
        ground=ground.zh,
        facts=known["facts"],
        reasons=body["reason"],
        legal_basis=body["legal_basis"],
        public_interest=body["public_interest"],
        compensation=body.get("compensation", ""),
        deceived=ground is RevocationGround.DECEPTION,
        heard="stated_on" in known,
        resting=_names(act, body["resting"]),
        remedies=act.contest(code),
        reference=body.get("document_number"),
    )


def cancellations_opened(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield cancellation_advance_notice(
        act.matter(ItemCode(body["item"])),
        ground=body["ground_zh"],
        facts=body["facts"],
        legal_basis=body["basis"],
        evidence=body["evidence"],
        state_by=date.fromisoformat(body["state_by"]),
    )


def struck_off(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    """The decision rests on the ground that the procedure was opened on."""
    body, code = notice.body, ItemCode(notice.body["item"])
    view = act.before.assignments[code]
    known = cancelling.of(view)
    ground = CancellationGround(known["ground"])
    yield cancellation_decision(
        act.matter(code),
        ground=ground.zh,
        facts=known["facts"],
        reasons=body["reason"],
        legal_basis=cancelling.basis_of(ground, known.get("legal_basis")),
        evidence=known.get("evidence", ""),
        came_by=cancelling.came_by(view),
        resting=_names(act, body["resting"]),
        remedies=act.contest(code),
        reference=body.get("document_number"),
    )


def lapsed(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield lapse_notice(
        act.matter(ItemCode(body["item"])),
        result=body["result"],
        use_by=date.fromisoformat(body["use_by"]),
        legal_basis=body["basis"],
        resting=_names(act, body["resting"]),
    )


def parties_changed(act: Act, notice: NoticeQueued) -> Iterator[Draft]:
    body = notice.body
    yield party_change_notice(
        act.matter(),
        before=body["before"],
        after=body["after"],
        document=body["document_number"],
        changed_on=date.fromisoformat(body["changed_on"]),
        under_way=[(act.item(code).name, act.office(code).authority) for code in map(ItemCode, body["items"])],
        party_kind=body["kind"] or "",
        conversion=body["conversion"],
    )


def _names(act: Act, codes: Iterable[str]) -> list[str]:
    return [act.item(ItemCode(code)).name for code in codes]
