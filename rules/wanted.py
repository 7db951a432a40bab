"""What the applicant may bring now, for which items, and until when: what is missing, asked for, or promised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.attendance import attendances
from rules.commitments import tolerance
from rules.planning.readiness import lacking
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus, CommitmentKind, Word
from rules.windows import answer_due
from rules.workdays import Deadline


class Because(Word):
    """Why a material is wanted."""

    #: An item is not handed in before it is there (一次告知, 行政许可法 art. 32(4)).
    MISSING = "missing", "缺件，补齐后即派件"
    #: A department has asked for it in its one-time notice.
    CORRECTION = "correction", "部门要求补正"
    #: Accepted without it, against a commitment to bring it later (容缺受理).
    DEFERRED = "deferred", "容缺受理，承诺补交"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material to be brought; ``until`` is the last day, None where the law sets none."""

    material: str
    because: Because
    #: Names of the items that need it.
    items: tuple[str, ...]
    until: date | None = None
    provisional: bool = False
    #: A promise is signed, not uploaded (国办发〔2020〕42号).
    signed: bool = False
    #: The applicant comes in person; there is nothing to upload (行政许可法 art. 29(2)).
    in_person: bool = False


def wanted(snapshot: ApplicationSnapshot) -> tuple[Wanted, ...]:
    """List what the applicant may bring, each material once for each reason, the most urgent first."""
    letters = {tolerance.letter_name(item) for item in snapshot.network.items if tolerance.needs_letter(item)}
    visits = attendances(snapshot.network)
    found: dict[tuple[str, Because, date | None, bool], list[str]] = {}
    for material, because, item, last in _wants(snapshot):
        key = material, because, last.on if last else None, bool(last and last.provisional)
        found.setdefault(key, []).append(item)
    lines = [
        Wanted(
            material,
            because,
            tuple(dict.fromkeys(items)),
            until,
            provisional,
            signed=material in letters,
            in_person=material in visits,
        )
        for (material, because, until, provisional), items in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.until or date.max, line.because, line.material)))


def _wants(snapshot: ApplicationSnapshot) -> Iterator[tuple[str, Because, str, Deadline | None]]:
    for item, missed in lacking(snapshot):
        for name in missed:
            yield name, Because.MISSING, item.name, None
    for view in snapshot.assignments.values():
        if view.status is AssignmentStatus.CORRECTION_REQUIRED:
            for name in view.asked:
                if name not in snapshot.materials_provided:
                    item = snapshot.network.item(view.item)
                    yield name, Because.CORRECTION, item.name, answer_due(snapshot, view)
    for commitment in snapshot.commitments:
        if commitment.open and commitment.kind is CommitmentKind.TOLERANCE and commitment.supplied_at is None:
            last = Deadline(commitment.due_on, provisional=False) if commitment.due_on else None
            for name in commitment.materials:
                if name not in snapshot.materials_provided:
                    yield name, Because.DEFERRED, snapshot.network.item(commitment.item).name, last
