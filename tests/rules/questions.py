"""Questions to rules that no course of an application comes by; their answers are compared with approved ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from rules import (
    appointments,
    complaints,
    enquiries,
    findings,
    joint,
    materials,
    notifying,
    numbers,
    publishing,
    reapplication,
    renewal,
    using,
)
from rules.acts import Report, correcting, opining, party
from rules.catalog import ItemCode, NodeCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments.record import CommitmentView
from rules.documents import DocumentKind, check_document_number, document_number
from rules.engagement import (
    Engagement,
    EngagementEnd,
    EngagementTerms,
    Verb,
    authorised,
    require_resumable,
    require_suspendable,
)
from rules.identifiers import appointment_id, opinion_id
from rules.issuing import engagements
from rules.ledgers import ledger
from rules.people import Account
from rules.reapplying import EarlierResult, require_reappliable, reused
from rules.slowness import slow
from rules.snapshot import ApplicationSnapshot, OpinionView
from rules.terms import Approver, SpecialProcedure, UseBy
from rules.transitions import acts_fitting
from rules.vocabulary import ApplicationStatus, AssignmentStatus, CommitmentKind, DecisionKind, OpinionStatus, Outcome
from rules.vocabulary import DepartmentAct as A
from rules.wanted import wanted
from rules.workdays import OFFICIAL, SHANGHAI, CalendarDocument
from tests.rules.approvals import said
from tests.rules.assignments import MONDAY, NUMBER, of, under_review
from tests.rules.courses import REFUSED, item, parties
from tests.rules.networks import network_item

P = ItemCode("P")
REVIEW: Final = SpecialProcedure("expert_review", "专家评审", "危大工程规定第十二条", 20)


def standing(status: AssignmentStatus) -> ApplicationSnapshot:
    """P in a status, with what goes along with it."""
    kinds = {
        AssignmentStatus.OPENED: (),
        AssignmentStatus.RECEIVED: (ClockEventKind.RECEIVED,),
        AssignmentStatus.CORRECTION_REQUIRED: (ClockEventKind.RECEIVED, ClockEventKind.CORRECTION_STARTED),
    }.get(status, (ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED))
    changes: dict[str, Any] = {"clock": tuple(ClockEvent(kind, MONDAY) for kind in kinds)}
    if status is AssignmentStatus.CORRECTION_REQUIRED:
        changes["asked"] = ("甲",)
    if status is AssignmentStatus.REFUSAL_PROPOSED:
        changes["proposal"] = {
            **REFUSED,
            "kind": "refused",
            "before": "under_review",
            "proposed_at": MONDAY.isoformat(),
        }
    if status is AssignmentStatus.GRANTED:
        changes["use_by"] = date(2026, 6, 2)
    use = UseBy("#START", 3, "建筑法第九条", extensions=1, extension_months=3)
    return under_review(item(procedures=(REVIEW,), use_by=use), status=status, **changes)


Question = tuple[str, Callable[[], Any]]
ANSWERS: Final[dict[str, Callable[[], Iterator[Question]]]] = {}


def questions(ask: Callable[[], Iterator[Question]]) -> Callable[[], Iterator[Question]]:
    """Keep a list of questions among those whose answers are compared."""
    ANSWERS[ask.__name__] = ask
    return ask


@questions
def acts_offered() -> Iterator[Question]:
    for status in AssignmentStatus:
        yield status, lambda s=status: sorted(acts_fitting(s))


@questions
def decisions_put_right() -> Iterator[Question]:
    stands = {"document_number": "1号", "reason": "符合", "legal_basis": "建筑法第八条"}
    for details in (
        {"document_number": "2号", "why": "笔误", "handler": "王芳"},
        {"document_number": "2号", "reason": "符合条件", "legal_basis": "建筑法第七条", "why": "笔误"},
        {"document_number": "1号", "why": "笔误"},
        {"why": "笔误"},
    ):
        report = Report(A.DECISION_CORRECTED, MONDAY, details)
        snapshot = standing(AssignmentStatus.GRANTED)
        yield said(details), lambda s=snapshot, r=report: correcting.corrected(s, of(s), r, stands)


@questions
def appointments_made() -> Iterator[Question]:
    snapshot, ten = under_review(), datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
    wanted = appointments.Appointment(
        1, network_item("P").department, appointments.Purpose.IN_PERSON, ten, "刘晓", place="二楼", note="带原件"
    )
    over = replace(snapshot, status=ApplicationStatus.CONCLUDED)
    for what, case, asked, taken in (
        ("in order", snapshot, wanted, ()),
        ("of an item", snapshot, replace(wanted, item=P), (ten,)),
        ("full", snapshot, wanted, (ten, ten + timedelta(minutes=29))),
        ("just not full", snapshot, wanted, (ten, ten + timedelta(minutes=30))),
        ("passed", snapshot, replace(wanted, planned_at=MONDAY), ()),
        ("a moment ahead", snapshot, replace(wanted, planned_at=MONDAY + timedelta(seconds=1)), ()),
        ("just near enough", snapshot, replace(wanted, planned_at=MONDAY + timedelta(days=90)), ()),
        ("too far", snapshot, replace(wanted, planned_at=MONDAY + timedelta(days=90, seconds=1)), ()),
        ("of a stranger", snapshot, replace(wanted, department="DX"), ()),
        ("over", over, wanted, ()),
        ("over, to fetch", over, replace(wanted, purpose=appointments.Purpose.DELIVERY), ()),
    ):
        yield what, lambda c=case, w=asked, t=taken: appointments.booked(c, w, t, MONDAY)
    for status in appointments.AppointmentStatus:
        for come in (False, True):
            yield f"{status} {come}", lambda s=status, c=come: appointments.answers_to(s, come=c)
        for after in appointments.AppointmentStatus:
            if after is appointments.AppointmentStatus.REQUESTED:
                continue
            for reason, now in ((None, ten), ("有事", ten), ("有事", MONDAY)):
                stood = replace(wanted, status=status)
                yield (
                    f"{status} > {after} {reason} {said(now)}",
                    lambda s=stood, a=after, r=reason, n=now: appointments.answered(s, a, r, n),
                )
    yield "id", lambda: [appointment_id(NUMBER, 1), appointment_id(NUMBER, 2)]


@questions
def enquiries_passed_on() -> Iterator[Question]:
    a, b, c = (Account(name) for name in "abc")
    begun, at = enquiries.asked(a), MONDAY
    waiting, over = enquiries.offered(begun, a, b), enquiries.resolved(begun, a, at)
    for what, state in (("asked", begun), ("offered", waiting), ("resolved", over)):
        for who in (a, b):
            yield f"{what} offered by {who}", lambda s=state, w=who: enquiries.offered(s, w, c)
            yield f"{what} offered to self", lambda s=state, w=who: enquiries.offered(s, w, w)
            yield f"{what} accepted by {who}", lambda s=state, w=who: enquiries.accepted(s, w)
            yield f"{what} declined by {who}", lambda s=state, w=who: enquiries.declined(s, w)
            yield f"{what} resolved by {who}", lambda s=state, w=who: enquiries.resolved(s, w, at)
        yield f"{what} alarming", lambda s=state: s.alarming


@questions
def complaints_handled() -> Iterator[Question]:
    for status in complaints.ComplaintStatus:
        ticket = complaints.Ticket(
            complaints.ComplaintKind.COMPLAINT, status, MONDAY, None, "李", answered_by="wangf", called_back_by="zhang"
        )
        asks: tuple[Question, ...] = (
            ("assigned", lambda t=ticket: complaints.assigned(t, "王")),
            ("answered", lambda t=ticket: complaints.answered(t, "王")),
            ("called back", lambda t=ticket: complaints.called_back(t, "赵", MONDAY, satisfied=True)),
            ("called back in vain", lambda t=ticket: complaints.called_back(t, "赵", MONDAY, satisfied=False)),
            ("called back by the same", lambda t=ticket: complaints.called_back(t, "wangf", MONDAY, satisfied=True)),
            ("closed", lambda t=ticket: complaints.closed(t)),
            ("closed unheard", lambda t=ticket: complaints.closed(replace(t, called_back_by=None))),
            ("reopened", lambda t=ticket: complaints.reopened(t, MONDAY)),
        )
        yield from ((f"{status} {what}", ask) for what, ask in asks)


@questions
def findings_made() -> Iterator[Question]:
    day = timedelta(days=1)
    course = findings.Course(NUMBER, "P", 1, MONDAY, legal_due=MONDAY + 28 * day)
    starts = ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY + 20 * day, 5, "专家评审")
    late = replace(starts, at=MONDAY + 25 * day)
    courses = {
        "long": replace(course, clock=(starts,)),
        "at the end": replace(course, clock=(late, ClockEvent(ClockEventKind.HOLD_ENDED, MONDAY + 26 * day))),
        "untold": replace(course, clock=(replace(starts, days=0),)),
        "returned": replace(
            course,
            decision=DecisionKind.RETURN,
            decided_at=MONDAY + 28 * day,
            recorded_at=MONDAY + 28 * day - timedelta(minutes=59),
        ),
        "reported late": replace(course, decision=DecisionKind.GRANT, decided_at=MONDAY, recorded_at=MONDAY + day),
    }
    for what, each in courses.items():
        yield what, lambda c=each: list(findings.of_courses([c], OFFICIAL, MONDAY + 40 * day))
    again = replace(course, number="DB-2", opened_at=MONDAY + 30 * day)
    yield "refiled", lambda: list(findings.of_courses([again, courses["returned"]], OFFICIAL, MONDAY + 40 * day))
    for kind, details in (
        ("closure.rejected", {"reasons": ["未送达"]}),
        ("objection.raised", {"kind": "not_received"}),
        ("objection.raised", {"kind": "other"}),
        ("application.closed", {}),
    ):
        step = findings.Recorded(NUMBER, 7, kind, MONDAY, "zhao", "P", details)
        yield f"{kind} {details}", lambda s=step: list(findings.of_steps([s]))
        many = [replace(step, serial=n, number=f"DB-{n}", at=MONDAY + timedelta(minutes=n)) for n in range(12)]
        yield f"{kind} many", lambda m=many: list(findings.of_steps(m))


@questions
def joint_limits_extended() -> Iterator[Question]:
    snapshot = under_review()
    two = replace(snapshot.network, items=(network_item("P"), network_item("Q")))
    snapshot = replace(snapshot, network=two)
    tenures = {"P": (MONDAY, None), "Q": (MONDAY, None)}
    usual: dict[str, Any] = {"days": 15, "approver": "县长", "level": Approver.GOVERNMENT_HEAD, "reason": "复杂"}
    for what, changes, case in (
        ("in order", {}, snapshot),
        ("too long", {"days": 16}, snapshot),
        ("by another", {"level": Approver.AGENCY_HEAD}, snapshot),
        ("twice", {}, replace(snapshot, joint_extensions={"1": 5})),
        ("on the last day", {"now": datetime(2026, 5, 8, 23, tzinfo=SHANGHAI)}, snapshot),
        ("too late", {"now": datetime(2026, 5, 9, 1, tzinfo=SHANGHAI)}, snapshot),
        ("of another stage", {"stage": "9"}, snapshot),
    ):
        given: dict[str, Any] = {"stage": "1", "now": MONDAY, **usual, **changes}
        stage = given.pop("stage")
        yield what, lambda c=case, s=stage, g=given: joint.extend(c, s, tenures, **g)
    yield "clocks", lambda: joint.joint_clocks(snapshot, tenures, MONDAY + timedelta(days=7))


@questions
def materials_known() -> Iterator[Question]:
    among = frozenset({"施工合同", "施工合同备案表", "总平面图"})
    for names in (("施工合同",), ("施工合通", "总图", "甲"), ("甲", "甲")):
        yield said(names), lambda n=names: materials.require_known(n, among)


@questions
def engagement_papers() -> Iterator[Question]:
    snapshot, names = under_review(), parties((network_item("P"),))
    for terms in (
        EngagementTerms(),
        EngagementTerms(items=("P",), verbs=(Verb.FILE,), excluded=(Verb.SUPPLEMENT,), valid_until=date(2026, 9, 1)),
        EngagementTerms(stages=("1",), verbs=(), express=(Verb.WITHDRAW,), representative="赵云帆"),
    ):
        yield (
            said(terms),
            lambda t=terms: engagements.engaged(snapshot, names, t, ("王代办", "李代办"), date(2026, 3, 2)),
        )
    for note in (None, "委托期满", EngagementEnd.EXPIRED.zh, "已到期。"):
        yield (
            f"ended {note}",
            lambda n=note: engagements.ended(snapshot, names, EngagementEnd.EXPIRED, n, date(2026, 3, 9)),
        )
    because = EngagementEnd.FEES_UNPAID
    yield (
        "suspended",
        lambda: engagements.suspended(snapshot, names, because, "欠费。", "缴清费用", date(2026, 3, 9)),
    )
    yield "without a center", lambda: replace(names, center=None).center_name


@questions
def engagements_kept() -> Iterator[Question]:
    whole = Engagement((Account("zhang"), Account("li")), date(2026, 3, 9))
    for what, engagement in (
        ("whole", whole),
        ("part", replace(whole, items=frozenset({P}))),
        ("over", replace(whole, valid_until=date(2026, 3, 9))),
        ("ended", replace(whole, ended_on=date(2026, 3, 10), ended_because=EngagementEnd.REVOKED)),
        ("suspended", replace(whole, suspended=EngagementEnd.FEES_UNPAID)),
        ("excluded", replace(whole, excluded=frozenset({Verb.FILE}))),
        ("little", replace(whole, verbs=frozenset({Verb.SUPPLEMENT}))),
    ):
        for verb, code, on in (
            (Verb.FILE, P, date(2026, 3, 8)),
            (Verb.FILE, P, date(2026, 3, 9)),
            (Verb.FILE, P, date(2026, 3, 10)),
            (Verb.FILE, ItemCode("Q"), date(2026, 3, 9)),
            (Verb.WITHDRAW, None, date(2026, 3, 9)),
            (Verb.FILE, None, date(2026, 3, 9)),
        ):
            yield (
                f"{what} {verb} {code} {on}",
                lambda e=engagement, v=verb, c=code, o=on: authorised(e, v, c, o),
            )
        for because in EngagementEnd:
            yield (
                f"{what} suspended for {because}",
                lambda e=engagement, b=because: require_suspendable(e, b, date(2026, 3, 10)),
            )
        yield f"{what} resumed", lambda e=engagement: require_resumable(e, date(2026, 3, 10))


@questions
def versions_compared() -> Iterator[Question]:
    before = {"items": {"E01": {"name": "甲", "terms": {"days": 5, "list": [1, 2], "gone": 1}}, "E02": {}}}
    after = {
        "items": {"E01": {"name": "乙", "terms": {"days": 6, "list": [1, 3], "new": 2}}, "E03": {"name": "丙"}},
        "journeys": {"J1": {"stages": [1]}},
        "departments": {"D": {}},
    }
    yield "forth", lambda: publishing.differences(before, after)
    yield "back", lambda: publishing.differences(after, before)
    yield "alone", lambda: publishing.require_another("qian", "qian")


@questions
def earlier_results() -> Iterator[Question]:
    snapshot = under_review()
    found = EarlierResult(P, of(snapshot).id, AssignmentStatus.GRANTED, "1号", MONDAY, date(2027, 3, 1))
    bare = EarlierResult(P, of(snapshot).id, AssignmentStatus.NOT_REQUIRED)
    for each in (found, bare):
        yield said(each), lambda e=each: reused(snapshot, "DB-0", (e,), ("章程",), (NodeCode("#START"),))
    gated = replace(snapshot, network=replace(snapshot.network, milestones=(NodeCode("#START"),)))
    yield "with a milestone", lambda: reused(gated, "DB-0", (), (), (NodeCode("#START"), NodeCode("#DONE")))
    for status in ApplicationStatus:
        for outcome in (None, *Outcome):
            yield (
                f"{status} {outcome}",
                lambda s=status, o=outcome: require_reappliable("DB-0", s, o),
            )
    for misconduct in reapplication.Misconduct:
        for on in (date(2024, 2, 29), date(2026, 3, 2)):
            until = reapplication.ban_until(misconduct, on)
            for today in (until, until + timedelta(days=1)):
                ban = reapplication.Ban(P, misconduct, until)
                yield (
                    f"{misconduct} {on} {today}",
                    lambda b=ban, t=today: reapplication.require_allowed(snapshot.network, (b,), t),
                )


@questions
def digests_due() -> Iterator[Question]:
    for digest in notifying.Digest:
        for hour in (7, 8, 9):
            wall = datetime(2026, 3, 2, hour, 30, 5, 7, tzinfo=SHANGHAI)
            yield f"{digest} {hour}", lambda d=digest, w=wall: notifying.due_at(d, w)
    eight = datetime(2026, 3, 2, 8, tzinfo=SHANGHAI)
    yield "at eight", lambda: notifying.due_at(notifying.Digest.DAILY, eight)


@questions
def parties_changed() -> Iterator[Question]:
    for on in (date(2026, 3, 2), date(2026, 3, 3)):
        change = party.PartyChange("云帆有限公司", "登字12号", on)
        yield str(on), lambda c=change: party.require_dated(c, date(2026, 3, 2))


@questions
def opinions_asked_for() -> Iterator[Question]:
    snapshot = under_review()
    view = of(snapshot)
    opinion = OpinionView(opinion_id(view.id, "DL"), view.id, P, network_item("L").department, OpinionStatus.SENT, 3)
    asked = replace(snapshot, opinions=(opinion,))
    yield "of L", lambda: opining.opinion_of(asked, of(asked), "DL")
    yield "arrived", lambda: opining.arrived(opinion, MONDAY)
    yield "arrived before", lambda: opining.arrived(replace(opinion, received_at=MONDAY), MONDAY)


@questions
def slow_progress() -> Iterator[Question]:
    hold = ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY, 2, "专家评审")
    extended = ClockEvent(ClockEventKind.EXTENDED, MONDAY, 5)
    start = (ClockEvent(ClockEventKind.RECEIVED, MONDAY), ClockEvent(ClockEventKind.ACCEPTED, MONDAY))
    for what, clock, status in (
        ("silent", start, AssignmentStatus.UNDER_REVIEW),
        ("stopped", (*start, hold), AssignmentStatus.SPECIAL_PROCEDURE),
        ("extended", (*start, extended, extended), AssignmentStatus.UNDER_REVIEW),
    ):
        snapshot = under_review(clock=clock, status=status)
        for days in (3, 4, 7, 10, 30):
            now = MONDAY + timedelta(days=days)
            yield f"{what} {days}", lambda s=snapshot, n=now: slow(s, {}, n)
            yield f"{what} {days} spent", lambda c=clock, n=now: ledger(c, n)


@questions
def numbers_refused() -> Iterator[Question]:
    application, day = "DB-211282-20260302-00001-B", date(2026, 3, 2)
    for serial in (0, 1, 99, 100, 999, 1000, 99_999, 100_000):
        yield f"application {serial}", lambda n=serial: numbers.application_number("211282", day, n)
        yield f"assignment {serial}", lambda n=serial: numbers.assignment_number("211282", day, n)
        yield f"filing {serial}", lambda n=serial: numbers.filing_number(application, n)
        yield f"document {serial}", lambda n=serial: document_number(DocumentKind.GRANT, application, "D01", n)
    yield "division", lambda: numbers.application_number("2112", day, 1)
    yield "filing of nothing", lambda: numbers.filing_number("XX-1", 1)
    checks: dict[Callable[[str], None], tuple[str, ...]] = {
        numbers.check_number: (application, f"{application[:-1]}C", "DB-211282-20260231-00001-B", "DB-1"),
        numbers.check_filing_number: ("FD-211282-20260302-00001-01-6", "FD-211282-20260302-00001-01-7", "FD-1"),
        numbers.check_credit_code: ("91211282MAWPAAD45K", "91211282MAWPAAD45A", "9121128ZMAWPAAD45K", "91", "I" * 18),
        numbers.check_identity_number: ("110101199003070011", "11010119900230001X", "11", "A" * 18),
        numbers.check_project_code: ("2611-211282-04-01-123456", "2613-211282-04-01-123456", "26"),
        check_document_number: ("BZ-1", "ZX-211282-20260302-00001-P-01-A"),
    }
    for check, texts in checks.items():
        for text in texts:
            yield f"{check.__name__} {text}", lambda c=check, t=text: c(t)


@questions
def local_days() -> Iterator[Question]:
    snow = CalendarDocument("开政发1号", None, ((date(2026, 3, 3), False, "暴雪"), (date(2026, 3, 7), True, "补班")))
    year = CalendarDocument(
        "国办发明电1号", 2027, ((date(2027, 1, 1), False, "元旦"), (date(2027, 1, 3), True, "补班"))
    )
    for document in (snow, year):
        known = OFFICIAL.with_document(document)
        days = (date(2026, 3, 3), date(2026, 3, 7), date(2027, 1, 1), date(2027, 1, 3), date(2027, 1, 4))
        yield document.number, lambda k=known, d=days: [(k.is_working_day(on), k.is_covered(on)) for on in d]
        yield f"{document.number} known", lambda k=known: (k.documents, k.edition)


@questions
def renewals_asked_for() -> Iterator[Question]:
    shape, today = under_review(item()).network, date(2026, 3, 2)
    for days in (-1, 0, 31, 70 * 365, 70 * 365 + 1):
        expires = today + timedelta(days=days)
        asked = (renewal.Renewing("P", "旧证1号", expires),)
        yield str(expires), lambda a=asked: renewal.renewals(shape, a, today, OFFICIAL)
    yield "of another", lambda: renewal.renewals(shape, (renewal.Renewing("X", "旧证1号", today),), today, OFFICIAL)


@questions
def use_without_a_limit() -> Iterator[Question]:
    snapshot = under_review(item())
    yield "terms", lambda: using.terms_of(snapshot, of(snapshot))


@questions
def materials_wanted() -> Iterator[Question]:
    snapshot = standing(AssignmentStatus.CORRECTION_REQUIRED)
    promise = CommitmentView(opinion_id(of(snapshot).id, "c"), P, CommitmentKind.TOLERANCE, ("乙",), "原件")
    for due in (None, date(2026, 3, 6)):
        case = replace(snapshot, commitments=(replace(promise, due_on=due),))
        yield str(due), lambda c=case: wanted(c)
