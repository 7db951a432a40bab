"""What a simulated applicant signs instead of bringing it at once, and what that leaves owed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from rules.acts.commitments import Promise, Standing
from rules.commitments.tolerance import deferrable, letter_name, needs_letter, open_commitments
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import CommitmentKind

_SIGNER = "申请人"


def deferred(snapshot: ApplicationSnapshot, asked: Collection[str]) -> frozenset[str]:
    """Name what may come later: every item still to be filed that lists it allows that, and no correction waits."""
    found, needed = set[str](), {name for view in snapshot.assignments.values() for name in view.asked}
    for item in _unfiled(snapshot):
        later = deferrable(item)
        found |= later
        needed |= {material.name for material in item.materials} - later
    return frozenset(name for name in asked if name in found and name not in needed)


def promises(snapshot: ApplicationSnapshot, later: frozenset[str]) -> Iterator[Promise]:
    """Write what is signed, item by item: what comes ``later``, and a letter for what need not be proved."""
    for item in _unfiled(snapshot):
        if names := tuple(m.name for m in item.materials if m.name in later & deferrable(item)):
            yield Promise(item.code, _SIGNER, CommitmentKind.TOLERANCE, names)
        if item.waived or item.terms.by_commitment:
            yield Promise(item.code, _SIGNER, CommitmentKind.NOTIFIED)


def letters(snapshot: ApplicationSnapshot) -> Mapping[str, Promise]:
    """Write the letter of each item decided on a promise, by the name under which it is asked for."""
    items = (item for item in snapshot.network.items if needs_letter(item))
    return {letter_name(item): Promise(item.code, _SIGNER, CommitmentKind.NOTIFIED) for item in items}


def unsigned(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether an item waits for a letter of its own: it is not filed without."""
    return any(
        needs_letter(item)
        and letter_name(item) in snapshot.materials_asked
        and not any(c.kind is CommitmentKind.NOTIFIED for c in open_commitments(snapshot, item.code))
        for item in _unfiled(snapshot)
    )


def standing(breached_on: date | None) -> Standing:
    """Say who signs; the credit code is that of nobody in particular."""
    return Standing("模拟申请人", "91211282MA0KYF01X8", breached_on)


def owed(snapshot: ApplicationSnapshot) -> tuple[str, ...]:
    """Name what has been committed to and not been brought."""
    names = dict.fromkeys(name for c in snapshot.commitments if c.open for name in c.materials)
    return tuple(name for name in names if name not in snapshot.materials_provided)


def _unfiled(snapshot: ApplicationSnapshot) -> Iterator[NetworkItem]:
    return (item for item in snapshot.network.items if item.code not in snapshot.assignments)
