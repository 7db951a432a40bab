"""One application from hand-in to its end, with everything that is entered, told, issued, awaited or refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from rules.acts import Report, applicant, opining, reported
from rules.acts.acceptance import received
from rules.catalog import Channel, Department, DepartmentCode, ItemCode, Material, MaterialSource, RefusalPolicy
from rules.delivery.moves import arrived
from rules.documents import issued_content
from rules.effects import entered
from rules.entries import Entry
from rules.errors import DaibanError, RefusedOnRecordError
from rules.issuing import Parties, following
from rules.moves import OutsideMove, SendMessage, SendNotice, entries
from rules.network import Network, NetworkItem
from rules.opinions import over
from rules.planner import Plan, plan
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Join, Policies, SpecialProcedure, Terms
from rules.vocabulary import ApplicationStatus, AssignmentStatus, DepartmentAct, MessageKind
from rules.workdays import local_date
from tests.rules.approvals import said
from tests.rules.networks import network, network_item
from tests.rules.receipts import at

NUMBER = "DB-211282-20260302-00001-B"


def parties(items: tuple[NetworkItem, ...], **changes: Any) -> Parties:
    """Names of all departments, of those that come in later (L, M, N) and of the center."""
    given: dict[str, Any] = {
        "authority": "开原市住房和城乡建设局",
        "reconsideration": "开原市人民政府",
        "court": "开原市人民法院",
        "enquiries": "开原市政务服务中心二楼 12 号窗口",
        "supervisor": "铁岭市住房和城乡建设局",
        **changes,
    }
    codes = {item.department for item in items} | {DepartmentCode(code) for code in ("DL", "DM", "DN", "CEN")}
    relation = given.pop("relation", "county")
    offices = {
        code: Department(code, f"部门{code}", code, relation, None, Channel.INBOX, None, **given) for code in codes
    }
    center = replace(offices[DepartmentCode("CEN")], authority="开原市营商环境建设局")
    return Parties(
        "清河路厂房",
        "云帆公司",
        "91211282MAWPAAD45K",
        "赵云帆",
        "开原市",
        {**offices, center.code: center},
        center.code,
    )


class Course:
    """Keeps an application and writes down what becomes of it."""

    def __init__(
        self,
        *items: NetworkItem,
        edges: tuple[tuple[str, str, str], ...] = (),
        policies: Policies = Policies(),
        join: Join = Join(),
        on_refusal: RefusalPolicy = RefusalPolicy.STOP_DEPENDENTS,
        provided: str = "甲乙丙",
        begins: str = "2026-03-02T09:00",
        names: Mapping[str, Any] | None = None,
        shows_the_start: bool = False,
        **given: Any,
    ) -> None:
        shape: Network = replace(network([*items], [*edges], on_refusal), policies=policies, join=join)
        self.now = at(begins)
        self.lines: list[str] = []
        self.snapshot = ApplicationSnapshot(
            NUMBER, ApplicationStatus.REGISTERED, shape, materials_provided=frozenset(provided), **given
        )
        self._parties = parties(items, **(names or {}))
        self._waiting = ""
        self._settle()
        if not shows_the_start:  # so many courses begin alike
            self.lines.clear()

    def tell(self, item: str, act: DepartmentAct, **details: Any) -> "Course":
        """Report an act of the item's department."""
        shown = ", ".join(f"{name}={said(value)}" for name, value in details.items())
        return self.do(
            f"{item} {act} {shown}".strip(), lambda: reported(self.snapshot, item, Report(act, self.now, details))
        )

    def opine(self, department: str, **details: Any) -> "Course":
        """Let a department that was asked answer."""
        asked = next(o for o in self.snapshot.opinions if o.department == department and not over(self.snapshot, o))
        report = Report(DepartmentAct.OPINION_GIVEN, self.now, details)
        return self.do(f"{department} opines {said(details)}", lambda: opining.opined(self.snapshot, asked.id, report))

    def supply(self, *names: str, **how: Any) -> "Course":
        """Let the applicant bring materials."""
        found = f"brings {said(names)}{said(how) if how else ''}"
        return self.do(found, lambda: applicant.materials_supplied(self.snapshot, names, "刘晓", self.now, **how))

    def do(self, what: str, act: Callable[[], tuple[Entry, ...]]) -> "Course":
        """Do something, or write down why it is refused and what is kept of that."""
        self.lines.append(f"{said(self.now)} {what}")
        try:
            self._enter(act())
        except DaibanError as refused:
            self.lines.append(f"  refused {refused.code}: {refused.message} {said(refused.details)}")
            if isinstance(refused, RefusedOnRecordError):
                self._enter(cast(tuple[Entry, ...], refused.entries))
        self._settle()
        return self

    def until(self, text: str) -> "Course":
        """Let timers ring until then."""
        then = at(text)
        while (timer := plan(self.snapshot, self.now).next_timer) is not None and timer <= then:
            self.now = max(timer, self.now)
            self.lines.append(f"{said(self.now)} rings")
            self._settle()
            if timer < self.now:
                break
        self.now = then
        self._settle()
        return self

    def view(self, item: str = "P") -> AssignmentView:
        """Return the item's assignment."""
        return self.snapshot.assignments[ItemCode(item)]

    def written(self) -> list[str]:
        """Return everything that happened, and what the application has come to."""
        return [*self.lines, said(self.snapshot)]

    def _enter(self, made: tuple[Entry, ...]) -> None:
        for paper in following(self.snapshot, made, self._parties, self.now):
            about = ItemCode(paper.draft.matter.item) if paper.draft.matter.item else None
            counted = {**self.snapshot.documents, (paper.draft.kind, about): paper.serial}
            self.snapshot = replace(self.snapshot, documents=counted)
            content = issued_content(paper.draft, number=paper.number, dated=local_date(paper.at), verified_at="")
            self.lines.append(
                f"  issues {' | '.join((said(paper.trigger), said(paper.assignment), *_printed(content)))}"
            )
        self.lines += (f"  {said(entry)}" for entry in made)
        self.snapshot = entered(self.snapshot, *made)

    def _settle(self) -> None:
        while True:
            current = self._moved()
            if not current.outside:
                break
            for move in current.outside:
                self._deliver(move)
        waiting = f"  waits {said(current.waits)} until {said(current.next_timer)} outcome {said(current.outcome)}"
        if waiting != self._waiting:
            self.lines.append(waiting)
            self._waiting = waiting

    def _moved(self) -> Plan:
        while (current := plan(self.snapshot, self.now)).inside:
            for move in current.inside:
                self.lines.append(f" move {said(move)}")
                self._enter(entries(self.snapshot, move, self.now))
        return current

    def _deliver(self, move: OutsideMove) -> None:
        self.lines.append(f" out {said(move)}")
        if isinstance(move, SendNotice):
            self._enter(arrived(self.snapshot, move.notice, move.kind, self.now))
            return
        left = tuple(message for message in self.snapshot.messages if message.id != move.message)
        self.snapshot = replace(self.snapshot, messages=left)
        self._reached(move)

    def _reached(self, move: SendMessage) -> None:
        view = self.snapshot.assignments.get(move.item)
        if move.kind is MessageKind.DISPATCHED and view is not None and view.status is AssignmentStatus.OPENED:
            self._enter(received(self.snapshot, view, self.now, "收2026-1"))
        elif move.kind is MessageKind.OPINION_ASKED:
            for opinion in self.snapshot.opinions:
                if (opinion.item, opinion.department) == (move.item, move.department):
                    self._enter(opining.arrived(opinion, self.now))


def _printed(content: dict[str, Any]) -> Iterator[str]:
    yield from (said(content[name]) for name in ("number", "dated", "issuer", "addressee", "legal_basis"))
    for block in content["blocks"]:
        yield from (said(block[name]) for name in ("text", "rows", "lines") if name in block)


COURSES: Final[dict[str, Callable[[], Course]]] = {}
P = ItemCode("P")
GRANTED: Final = {"decision": "granted", "handler": "王芳", "document_number": "开建〔2026〕1号"}
REFUSED: Final = {"decision": "refused", "reason": "不符合条件", "legal_basis": "建筑法第八条", "handler": "王芳"}
NEGATIVE: Final = {
    "reason": "不属本机关职权",
    "legal_basis": "行政许可法第三十二条",
    "handler": "王芳",
    "approver": "李强",
}
REVIEW: Final = SpecialProcedure("expert_review", "专家评审", "危大工程规定第十二条", 20)
INSPECTION: Final = SpecialProcedure("inspection", "现场检查", "特种设备安全法第二十条", 5)
FIRST: Final = Material("甲", deferrable=False, source=MaterialSource.APPLICANT)
LATER: Final = Material("乙", deferrable=True, source=MaterialSource.APPLICANT)


def item(code: str = "P", *, materials: tuple[Material, ...] = (FIRST,), **terms: Any) -> NetworkItem:
    """An item that leaves a licence and may be extended."""
    return replace(network_item(code), result="施工许可证", materials=materials, terms=Terms(**terms))


def course(made: Callable[[], Course]) -> Callable[[], Course]:
    """Keep a course among those that are read."""
    COURSES[made.__name__] = made
    return made
