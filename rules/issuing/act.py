"""What documents are written from: an act's entries, the snapshots before and after them, and names."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from rules.catalog import Department, DepartmentCode, ItemCode
from rules.clocks import ClockEventKind
from rules.documents.draft import Draft, Matter
from rules.documents.kinds import DocumentKind
from rules.documents.natures import Complaint, Contest, Nature, Remedies, nature_of
from rules.documents.numbering import document_number
from rules.entries import Entry, Step
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.windows import happened
from rules.workdays import local_date

EntryType = TypeVar("EntryType")


@dataclass(frozen=True, slots=True)
class Parties:
    """The names that documents need and no snapshot has."""

    project: str
    applicant: str
    credit_code: str
    #: How the applicant can be reached.
    contact: str
    city: str
    offices: Mapping[DepartmentCode, Department]
    center: DepartmentCode | None = None

    def office(self, code: DepartmentCode) -> Department:
        """Return the department of that code."""
        return self.offices[code]

    @property
    def center_name(self) -> str:
        """Name the office that speaks for the whole application."""
        return self.offices[self.center].authority if self.center else f"{self.city}代办中心"


@dataclass(frozen=True, slots=True)
class Act:
    """Entries made together, about to be kept: what documents follow from them is numbered here."""

    before: ApplicationSnapshot
    after: ApplicationSnapshot
    entries: tuple[Entry, ...]
    parties: Parties
    now: datetime
    numbered: Counter[tuple[DocumentKind, ItemCode | None]] = field(default_factory=Counter)

    def item(self, code: ItemCode) -> NetworkItem:
        """Return an item of the application."""
        return self.after.network.item(code)

    def view(self, code: ItemCode) -> AssignmentView:
        """Return an item's assignment as it is after the act."""
        return self.after.assignments[code]

    def office(self, code: ItemCode) -> Department:
        """Return the department that has the item, which a transfer may have changed, or will get it."""
        view = self.after.assignments.get(code)
        return self.parties.office(view.department if view else self.item(code).department)

    def nature(self, code: ItemCode) -> Nature:
        """Say what kind of answer the item gets."""
        return nature_of(self.item(code).kind, self.office(code))

    def contest(self, code: ItemCode) -> Contest:
        """Say where the answer can be contested: of an organ's by law, of an enterprise's by complaint."""
        office = self.office(code)
        if office.decides:
            return Remedies(office.reconsideration, office.court)
        return Complaint(office.supervisor or self.parties.center_name)

    def matter(self, code: ItemCode | None = None) -> Matter:
        """Say what a document is about: an item, issued by its department, or all of it, issued by the center."""
        if code is None:
            return whole_matter(self.after.number, self.parties)
        office = self.office(code)
        whole, name = whole_matter(self.after.number, self.parties), self.item(code).name
        return replace(whole, item=code, item_name=name, issuer=office.authority, enquiries=office.enquiries)

    def center_matter(self, code: ItemCode) -> Matter:
        """Say that the center writes about an item that a department has."""
        whole = self.matter()
        return replace(whole, item=code, item_name=self.item(code).name)

    def next_number(self, kind: DocumentKind, code: ItemCode | None) -> str:
        """Say which number the next document of this kind and item will get."""
        return document_number(kind, self.after.number, code, self.serial(kind, code) + 1)

    def serial(self, kind: DocumentKind, code: ItemCode | None) -> int:
        """Count the documents of a kind for an item, those of this act included."""
        return self.before.documents.get((kind, code), 0) + self.numbered[kind, code]

    def number(self, draft: Draft) -> tuple[str, int]:
        """Give a draft its number and serial."""
        key = (draft.kind, ItemCode(draft.matter.item) if draft.matter.item else None)
        number, serial = self.next_number(*key), self.serial(*key) + 1
        self.numbered[key] += 1
        return number, serial

    def found(self, type_: type[EntryType], code: ItemCode | None = None) -> EntryType | None:
        """Find the act's entry of a type, about an item where one is named."""
        return next(self.all_of(type_, code), None)

    def all_of(self, type_: type[EntryType], code: ItemCode | None = None) -> Iterator[EntryType]:
        """Find all of the act's entries of a type, about an item where one is named."""
        for entry in self.entries:
            if isinstance(entry, type_) and (code is None or getattr(entry, "item", None) == code):
                yield entry

    def step(self, kind: str, code: ItemCode | None = None) -> Step | None:
        """Find a step of the act."""
        return next((step for step in self.all_of(Step, code) if step.kind == kind), None)

    def received_on(self, code: ItemCode) -> date:
        """Return the day the item was received; where no receipt was ever entered, the act's own."""
        return local_date(happened(self.view(code), ClockEventKind.RECEIVED) or self.now)

    def accepted_on(self, code: ItemCode) -> date:
        """Return the day the item was accepted, or received where it was answered on the spot."""
        accepted = happened(self.view(code), ClockEventKind.ACCEPTED)
        return local_date(accepted) if accepted else self.received_on(code)

    def handed_in(self, item: NetworkItem) -> tuple[str, ...]:
        """Name the item's materials that somebody has brought; an application always has its request (art. 29)."""
        names = tuple(each.name for each in item.materials if each.name in self.after.materials_provided)
        return names or ("申请书",)


def whole_matter(number: str, parties: Parties) -> Matter:
    """Say that a document is about an application as a whole, and issued by the center."""
    center = parties.offices.get(parties.center) if parties.center else None
    return Matter(
        application=number,
        project=parties.project,
        applicant=parties.applicant,
        credit_code=parties.credit_code,
        issuer=parties.center_name,
        enquiries=center.enquiries if center else "",
    )
