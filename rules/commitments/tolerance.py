"""The law of 容缺受理 and 告知承诺: who may commit to what, until when, and what waits for it.

Source of the former is 辽宁省政务服务容缺受理管理办法, of the latter 国办发〔2020〕42号.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rules.attendance import attendance_name
from rules.catalog import ItemCode, Limit, LimitUnit, MaterialSource
from rules.commitments.record import CommitmentView
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot
from rules.terms import Policies, ToleranceMode
from rules.vocabulary import CommitmentKind, Ineligibility
from rules.workdays import Calendar


def deferrable(item: NetworkItem) -> frozenset[str]:
    """Name what the applicant may bring later: listed materials of a listed item only (办法 rule 2)."""
    if item.terms.tolerance is None:
        return frozenset()
    return frozenset(m.name for m in item.materials if m.deferrable and m.source is MaterialSource.APPLICANT)


def needs_letter(item: NetworkItem) -> bool:
    """Tell whether an item is decided on the applicant's promise, and so not without one."""
    return item.terms.by_commitment


def offers_notification(item: NetworkItem) -> bool:
    """Tell whether an applicant may promise instead of proving (告知承诺), for the item or some of its materials."""
    return item.terms.by_commitment or bool(item.waived)


def letter_name(item: NetworkItem) -> str:
    """Name the letter that stands for a promise among the materials asked for."""
    return f"告知承诺书（{item.name}）"


def missing(item: NetworkItem, provided: frozenset[str], commitments: Sequence[CommitmentView]) -> tuple[str, ...]:
    """Name what the applicant has neither brought nor committed to: the item is not filed before.

    A material that is marked deferrable but whose item is not on the published list must be brought. What the journey
    waives must be brought as well when there is no promise: 告知承诺 is voluntary (国办发〔2020〕42号).
    Where the applicant must come in person, so does that until they were there (行政许可法 art. 29(2)).
    """
    open_ = [c for c in commitments if c.open and c.item == item.code]
    settled = provided.union(*(c.materials for c in open_))
    promised = any(c.kind is CommitmentKind.NOTIFIED for c in open_)
    names = [m.name for m in item.materials if m.source is MaterialSource.APPLICANT]
    lacking = [name for name in (*names, *item.waived) if name not in settled]
    if needs_letter(item) and not promised:
        lacking.append(letter_name(item))
    if item.terms.in_person and (visit := attendance_name(item)) not in provided:
        lacking.append(visit)
    return tuple(lacking)


def ineligible(
    item: NetworkItem,
    kind: CommitmentKind,
    materials: Sequence[str],
    provided: frozenset[str],
    breached_on: date | None,
    policies: Policies,
    today: date,
) -> Ineligibility | None:
    """Say why a commitment to these materials cannot be accepted; None when it can.

    ``breached_on`` is the day of the applicant's latest breach that is not repaired (办法 rules 1 and 8).
    """
    barred = barred_until(breached_on, policies)
    if kind is CommitmentKind.NOTIFIED:
        if not offers_notification(item):
            return Ineligibility.NOT_OFFERED
        return Ineligibility.BREACH_ON_RECORD if barred is not None and today <= barred else None
    if item.terms.tolerance is None:
        return Ineligibility.NOT_LISTED
    if barred is not None and today <= barred:
        return Ineligibility.BREACH_ON_RECORD
    if _main(item) - provided:
        return Ineligibility.MAIN_MISSING
    if set(materials) - deferrable(item):
        return Ineligibility.NOT_DEFERRABLE
    return None if set(materials) - provided else Ineligibility.NOTHING_MISSING


def _main(item: NetworkItem) -> frozenset[str]:
    return frozenset(m.name for m in item.materials if not m.deferrable and m.source is MaterialSource.APPLICANT)


def barred_until(breached_on: date | None, policies: Policies) -> date | None:
    """Return the last day on which no commitment is accepted after a breach; None: there is no bar.

    Natural days, the day of the breach not counted (民法典 art. 201); 0 days in the policy: no bar.
    """
    if breached_on is None or policies.breach_bar_days == 0:
        return None
    return breached_on + timedelta(days=policies.breach_bar_days)


def cure_deadline(item: NetworkItem, accepted_on: date, own_date: date | None, calendar: Calendar) -> date:
    """Return the last day to bring deferred materials; its own day of acceptance is not counted (民法典 art. 201).

    The earliest of what the item allows (its tolerance's working days, else its promised limit), its legal limit,
    which a cure may never outlast (办法 rule 3), and the applicant's own date. Where the law is silent the applicant
    is protected: an item promised at once leaves the legal limit, an own date on a day of rest rolls to a working day
    (民法典 art. 203), and one that had passed before the acceptance binds nobody.
    """
    tolerance = item.terms.tolerance
    handling = _last_day(item.legal, accepted_on, calendar)
    if tolerance is not None and tolerance.max_days is not None:
        allowed = calendar.add_working_days(accepted_on, tolerance.max_days).on
    else:
        allowed = _last_day(item.promised, accepted_on, calendar) if item.promised.days else handling
    last = min(allowed, handling)
    if own_date is None or own_date < accepted_on:
        return last
    return min(last, calendar.roll_forward(own_date).on)


def _last_day(limit: Limit, start: date, calendar: Calendar) -> date:
    if limit.unit is LimitUnit.NATURAL_DAY or limit.days == 0:
        return calendar.add_natural_days(start, limit.days).on
    return calendar.add_working_days(start, limit.days).on


def reminder_on(due_on: date, policies: Policies, calendar: Calendar) -> date:
    """Return the day on which the applicant is reminded of a cure that ends on ``due_on``."""
    return calendar.working_day_before(due_on, policies.cure_reminder_days)


def left_to_people(orders: int, policies: Policies) -> bool:
    """Tell whether time does nothing more about a breach: supervision knows, and only people take a permit back.

    The organ that granted it or its superior revokes (行政许可法 art. 69); an order repeated for ever helps nobody.
    """
    return orders > policies.breach_orders


def open_commitments(snapshot: ApplicationSnapshot, item: ItemCode) -> Iterator[CommitmentView]:
    """The commitments of an item that have not ended."""
    return (c for c in snapshot.commitments if c.open and c.item == item)


def holds_result(item: NetworkItem) -> bool:
    """Tell whether the result waits for the cure (办法 rule 5), as it does unless the catalog says otherwise."""
    return item.terms.tolerance is None or item.terms.tolerance.mode is ToleranceMode.HOLD_RESULT


def uncured(snapshot: ApplicationSnapshot, item: ItemCode) -> tuple[CommitmentView, ...]:
    """The commitments whose materials have not come and without which the item may not be granted (办法 rule 5)."""
    if not holds_result(snapshot.network.item(item)):
        return ()
    waiting = open_commitments(snapshot, item)
    return tuple(c for c in waiting if c.kind is CommitmentKind.TOLERANCE and c.supplied_at is None)
