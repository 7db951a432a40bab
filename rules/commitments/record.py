"""A commitment as the planner sees it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rules.catalog import ItemCode
from rules.vocabulary import CommitmentKind, CommitmentStatus


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """What an applicant has committed to for one item, and where it stands."""

    id: UUID
    item: ItemCode
    kind: CommitmentKind
    materials: tuple[str, ...]
    #: In what form the materials will be brought (原件、复印件、电子件).
    form: str
    status: CommitmentStatus = CommitmentStatus.SIGNED
    #: The day the applicant named; an earlier end may follow from the law of the item.
    own_date: date | None = None
    #: The last day of what is awaited now: the cure, its verification, or a correction that was ordered. None before
    #: the acceptance (容缺受理) or the decision (告知承诺), from which it runs.
    due_on: date | None = None
    reminded_at: datetime | None = None
    #: When everything had been brought; checking it is then up to the department.
    supplied_at: datetime | None = None
    #: How often the end of ``due_on`` has called for a person since the licence went out.
    orders: int = 0
    #: Number of the letter (容缺受理承诺书) as a document.
    document: str = ""

    @property
    def open(self) -> bool:
        """The commitment has not ended."""
        return self.status is CommitmentStatus.SIGNED
