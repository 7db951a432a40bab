"""Receipt, acceptance by word and by silence, the one-time notice, and the two answers in place of acceptance."""

from datetime import date
from typing import Any

import pytest

from rules.acts.applicant import materials_supplied
from rules.attendance import attendance_name
from rules.catalog import ItemCode
from rules.clocks import ClockEventKind
from rules.commitments.tolerance import letter_name
from rules.deadlines import SetDeadline
from rules.effects import entered
from rules.entries import Clocked, Decided, Entry, MaterialsAsked, MessageQueued, Step
from rules.errors import NotAllowedNowError, PrerequisitesOpenError, RefusedOnRecordError
from rules.moves import AskMaterials, entries
from rules.receiving import DeemAccepted, EscalateSilence, RemindCorrection, ReturnPapers, TellCorrections
from rules.snapshot import ApplicationSnapshot
from rules.terms import Correction, Policies, ReceiptSilence
from rules.vocabulary import AssignmentStatus, DecisionKind, DepartmentAct, MessageKind, NoticeKind, Party
from tests.rules.receipts import at, later, notices, office, opened, steps, tell, view_of

ACT = DepartmentAct
ASK = ACT.CORRECTION_REQUESTED
MONDAY = at("2026-02-09T09:00")
CUE = {"handler": "王芳", "approver": "李强", "reason": "不属本机关职权", "legal_basis": "行政许可法第三十二条"}


def made(snapshot: ApplicationSnapshot, kind: type, now: Any) -> tuple[Entry, ...]:
    """What the one due move of a kind comes down to."""
    _, moves, _ = later(snapshot, now)
    [move] = [each for each in moves if isinstance(each, kind)]
    return entries(snapshot, move, now)


def test_silence_accepts_from_the_day_of_receipt_and_a_late_notice_changes_nothing() -> None:
    """Case 1: received Mon 02-09, window ends Sat 02-14, decision due 03-13 and not 03-23."""
    late = at("2026-02-24T10:00")
    snapshot = opened(office("X"), MONDAY)
    snapshot, moves, _ = later(snapshot, late)
    view = view_of(snapshot, "X")

    assert next(type(move) for move in moves) is DeemAccepted
    assert (view.status, view.deemed_accepted) == (AssignmentStatus.ACCEPTED, True)
    assert snapshot.read_clock(view, late).started_on == date(2026, 2, 9)
    assert snapshot.read_clock(view, late).legal_due == date(2026, 3, 13)
    with pytest.raises(RefusedOnRecordError, match="视为受理") as refused:
        tell(snapshot, "X", ASK, late, missing=["甲"])
    assert steps(refused.value.entries) == ["violation.attempted"]  # type: ignore[arg-type]
    assert refused.value.details["accepted_on"] == "2026-02-09"
    assert refused.value.details["deemed_accepted"] is True
    assert "第三十二条" in refused.value.message


def test_a_late_request_is_judged_by_when_it_happened_though_no_timer_has_rung() -> None:
    snapshot = opened(office("X"), MONDAY)
    with pytest.raises(RefusedOnRecordError) as refused:
        tell(snapshot, "X", ASK, at("2026-02-15T00:00"), missing=["甲"])

    kept = refused.value.entries
    assert steps(kept) == ["acceptance.deemed", "violation.attempted"]  # type: ignore[arg-type]
    assert view_of(entered(snapshot, *kept), "X").deemed_accepted  # type: ignore[arg-type]
    in_time, _ = tell(snapshot, "X", ASK, at("2026-02-14T23:59"), missing=["甲"])
    assert view_of(in_time, "X").status is AssignmentStatus.CORRECTION_REQUIRED


def test_an_answer_that_waits_for_its_second_person_is_silence_to_the_applicant() -> None:
    proposed, _ = tell(
        opened(office("X"), MONDAY), "X", ACT.NOT_ACCEPTED, MONDAY, competent_agency="市局", **{**CUE, "approver": None}
    )
    _, moves, waiting = later(proposed, at("2026-02-14T23:59"))
    assert (moves, waiting.next_timer) == ((), at("2026-02-15T00:00"))
    accepted, _, _ = later(proposed, at("2026-02-15T00:00"))
    view = view_of(accepted, "X")
    assert (view.status, view.deemed_accepted, view.proposal) == (AssignmentStatus.ACCEPTED, True, None)
    for snapshot in (proposed, accepted):
        with pytest.raises(NotAllowedNowError):
            tell(snapshot, "X", ACT.REFUSAL_APPROVED, at("2026-02-15T09:00"), approver="李强")


def test_a_decision_after_the_window_is_one_on_an_application_accepted_at_receipt() -> None:
    snapshot, _ = tell(opened(office("X"), MONDAY), "X", ACT.DECIDED, at("2026-02-26T10:00"), decision="granted")
    accepted = [event for event in view_of(snapshot, "X").clock if event.kind is ClockEventKind.ACCEPTED]

    assert [event.at for event in accepted] == [MONDAY]


def test_deemed_acceptance_tells_the_applicant_and_the_department() -> None:
    snapshot = opened(office("X"), MONDAY)
    found = made(snapshot, DeemAccepted, at("2026-02-15T00:00"))

    [notice] = notices(found, NoticeKind.ACCEPTANCE)
    assert "视为受理" in notice.title
    assert (notice.body["accepted_on"], notice.body["legal_due"], notice.body["deemed"]) == (
        "2026-02-09",
        "2026-03-13",
        True,
    )
    [message] = [entry for entry in found if isinstance(entry, MessageQueued)]
    assert (message.kind, message.body["window_ended_on"]) == (MessageKind.DEEMED, "2026-02-14")


def test_silence_accepts_although_a_prerequisite_of_the_decision_is_missing() -> None:
    """Case 10."""
    snapshot = opened(office("X", "Y", edges=(("X", "Y", "H"),)), MONDAY)
    snapshot, _, _ = later(snapshot, at("2026-02-15T00:00"))

    assert view_of(snapshot, "Y").deemed_accepted
    with pytest.raises(PrerequisitesOpenError):
        tell(snapshot, "Y", ACT.DECIDED, at("2026-02-24T10:00"), decision="granted")


def test_where_no_law_lets_silence_accept_people_are_told_again_and_again() -> None:
    snapshot = opened(office("X", correction=Correction(silence=ReceiptSilence.ESCALATE)), MONDAY)
    found = made(snapshot, EscalateSilence, at("2026-02-15T00:00"))
    assert steps(found) == ["acceptance.overdue"]
    assert [e.kind for e in found if isinstance(e, MessageQueued)] == [MessageKind.REMINDED]

    snapshot, first, current = later(snapshot, at("2026-02-15T00:00"))
    # After five more working days, the last of them the Saturday that is worked for the Spring Festival.
    assert current.next_timer == at("2026-03-01T00:00")
    snapshot, again, _ = later(snapshot, current.next_timer)
    assert (len(first), len(again)) == (1, 1)
    assert view_of(snapshot, "X").status is AssignmentStatus.RECEIVED
    with pytest.raises(RefusedOnRecordError, match="已过，不得"):
        tell(snapshot, "X", ASK, at("2026-02-24T10:00"), missing=["甲"])


def test_acceptance_is_told_in_writing_once() -> None:
    snapshot, first = tell(opened(office("X"), MONDAY), "X", ACT.ACCEPTED, at("2026-02-10T10:00"))
    _, again = tell(snapshot, "X", ACT.ACCEPTED, at("2026-02-11T10:00"))

    [notice] = notices(first, NoticeKind.ACCEPTANCE)
    assert (notice.title, notice.body["accepted_on"], notice.body["deemed"]) == ("受理通知书", "2026-02-10", False)
    assert notices(again, NoticeKind.ACCEPTANCE) == []


def test_what_is_decided_on_the_spot_is_not_accepted_in_writing_first() -> None:
    _, found = tell(opened(office("X"), MONDAY), "X", ACT.DECIDED, MONDAY, decision="granted")

    assert notices(found, NoticeKind.ACCEPTANCE) == []


def test_a_receipt_bears_a_number() -> None:
    snapshot, _, _ = later(office("X"), MONDAY)
    _, found = tell(snapshot, "X", ACT.CLAIMED, MONDAY)

    [receipt] = notices(found, NoticeKind.RECEIPT)
    assert (receipt.body["receipt_number"], receipt.body["received_on"]) == (
        "DB-211282-20260302-00001-H-X-1",
        "2026-02-09",
    )
    assert receipt.body["asks_until"] == "2026-02-14"


def asked(*missing: str, correction: Correction = Correction()) -> ApplicationSnapshot:
    policies = Policies(notice_window_hours=0)
    snapshot = opened(office("X", correction=correction, policies=policies), MONDAY)
    snapshot, _ = tell(snapshot, "X", ASK, MONDAY, missing=list(missing), reason="不齐")
    return later(snapshot, MONDAY)[0]


def test_a_demand_that_the_published_list_does_not_have_is_on_record() -> None:
    snapshot = opened(office("X", materials={"X": ("甲", "乙")}), MONDAY)
    item = snapshot.network.item(ItemCode("X"))
    own = ["甲", attendance_name(item), letter_name(item)]
    for missing, unlisted in ((own, None), ([*own, "银行流水"], ["银行流水"])):
        _, found = tell(snapshot, "X", ASK, MONDAY, missing=missing)
        [step] = [entry for entry in found if isinstance(entry, Step) and entry.kind == "correction.noticed"]
        assert step.details.get("unlisted") == unlisted


def test_a_second_notice_may_repeat_what_the_first_listed_and_nothing_else() -> None:
    snapshot = asked("甲", "乙")
    after, found = tell(snapshot, "X", ASK, at("2026-02-10T10:00"), missing=["甲"], reason="仍缺章")
    assert steps(found) == ["correction.repeated"]
    assert not [entry for entry in found if isinstance(entry, Clocked)]
    [notice] = notices(found, NoticeKind.CORRECTION)
    assert (notice.title, notice.item) == ("补正材料仍不符合要求", "X")
    assert notice.body == {"item": "X", "materials": ["甲"], "reason": "仍缺章"}
    assert [entry.names for entry in found if isinstance(entry, MaterialsAsked)] == [("甲",)]
    assert view_of(after, "X").status is AssignmentStatus.CORRECTION_REQUIRED
    _, later_on = tell(after, "X", ASK, at("2026-02-11T10:00"), missing=["甲"])
    [again] = notices(later_on, NoticeKind.CORRECTION)
    assert (again.id != notice.id, again.body["reason"]) == (True, "")

    with pytest.raises(RefusedOnRecordError, match="一次性") as refused:
        tell(snapshot, "X", ASK, at("2026-02-10T10:00"), missing=["甲", "丙"])
    assert (refused.value.details["new"], refused.value.details["listed"]) == (["丙"], ["甲", "乙"])
    [step] = [entry for entry in refused.value.entries if isinstance(entry, Step)]
    assert (step.kind, step.details["missing"]) == ("violation.attempted", ["甲", "丙"])


def test_the_complete_set_is_acceptance_on_its_day() -> None:
    snapshot, brought = asked("甲", "乙"), at("2026-02-25T10:00")
    half = entered(snapshot, *materials_supplied(snapshot, ["甲"], "甲方", brought))
    assert view_of(half, "X").status is AssignmentStatus.CORRECTION_REQUIRED
    found = materials_supplied(half, ["乙"], "甲方", brought)
    whole = entered(half, *found)

    assert view_of(whole, "X").status is AssignmentStatus.ACCEPTED
    assert whole.read_clock(view_of(whole, "X"), brought).started_on == date(2026, 2, 25)
    [notice] = notices(found, NoticeKind.ACCEPTANCE)
    assert notice.body["accepted_on"] == "2026-02-25"
    again, repeated = tell(whole, "X", ASK, at("2026-02-26T10:00"), missing=["乙"])
    assert steps(repeated) == ["correction.repeated"]
    assert view_of(again, "X").status is AssignmentStatus.ACCEPTED


def test_after_an_express_acceptance_nothing_more_is_asked_for() -> None:
    snapshot, _ = tell(opened(office("X"), MONDAY), "X", ACT.ACCEPTED, MONDAY)

    with pytest.raises(RefusedOnRecordError, match="已于 2026-02-09 受理"):
        tell(snapshot, "X", ASK, MONDAY, missing=["甲"])


def test_an_applicant_who_does_not_correct_in_time_is_reminded_and_gets_the_papers_back() -> None:
    snapshot = asked("甲", correction=Correction(applicant_days=5))  # told 02-09, due 02-14, reminded 02-12
    found = made(snapshot, RemindCorrection, at("2026-02-12T00:00"))
    [reminder] = notices(found, NoticeKind.CORRECTION_REMINDER)
    assert (reminder.body["materials"], reminder.body["answer_by"]) == (["甲"], "2026-02-14")
    assert not later(snapshot, at("2026-02-11T23:59"))[1]
    snapshot, _, current = later(snapshot, at("2026-02-12T00:00"))
    assert current.next_timer == at("2026-02-15T00:00")
    assert [(wait.party, wait.until) for wait in current.waits] == [(Party.APPLICANT, date(2026, 2, 14))]

    found = made(snapshot, ReturnPapers, at("2026-02-15T00:00"))
    [decision] = [entry for entry in found if isinstance(entry, Decided)]
    assert (decision.kind, decision.legal_basis) == (DecisionKind.RETURN, "行政许可法第三十二条")
    assert len(notices(found, NoticeKind.RETURNED)) == 1
    assert [e.kind for e in found if isinstance(e, MessageQueued)] == [MessageKind.CANCELLED]
    assert view_of(entered(snapshot, *found), "X").status is AssignmentStatus.RETURNED


def test_without_a_limit_of_the_law_an_applicant_may_take_any_time() -> None:
    assert later(asked("甲"), at("2026-12-01T00:00"))[1] == ()


def test_corrections_of_several_departments_become_one_notice() -> None:
    snapshot = opened(office("X", "Y", "Z"), MONDAY)
    snapshot, _ = tell(snapshot, "X", ASK, at("2026-02-09T10:00"), missing=["甲", "乙"], reason="缺")
    snapshot, moves, waiting = later(snapshot, at("2026-02-09T10:00"))
    assert moves == ()
    assert waiting.next_timer == at("2026-02-10T10:00")
    snapshot, _ = tell(snapshot, "Y", ASK, at("2026-02-09T15:00"), missing=["乙", "丙"])
    assert later(snapshot, at("2026-02-10T09:59"))[1] == ()
    found = made(snapshot, TellCorrections, at("2026-02-10T10:00"))

    [notice] = notices(found, NoticeKind.CORRECTION)
    assert notice.body["items_by_material"] == {"甲": ["X"], "乙": ["X", "Y"], "丙": ["Y"]}
    assert notice.body["materials"] == ["甲", "乙", "丙"]
    assert [request["item"] for request in notice.body["requests"]] == ["X", "Y"]
    snapshot = entered(snapshot, *found)
    snapshot = entered(snapshot, *materials_supplied(snapshot, ["甲", "乙"], "甲方", at("2026-02-11T10:00")))
    assert view_of(snapshot, "X").status is AssignmentStatus.ACCEPTED
    assert view_of(snapshot, "Y").status is AssignmentStatus.CORRECTION_REQUIRED


def test_the_notice_goes_out_when_no_department_is_left_that_could_ask() -> None:
    snapshot = opened(office("X", "Y"), MONDAY)
    snapshot, _ = tell(snapshot, "X", ASK, at("2026-02-09T10:00"), missing=["甲"])
    assert later(snapshot, at("2026-02-09T11:00"))[1] == ()
    snapshot, _ = tell(snapshot, "Y", ACT.ACCEPTED, at("2026-02-09T11:00"))

    moves = later(snapshot, at("2026-02-09T11:00"))[1]
    assert [type(move) for move in moves if not isinstance(move, SetDeadline)] == [TellCorrections]


def test_what_the_center_misses_goes_into_the_same_notice() -> None:
    snapshot = office("X", "Y", "Z", edges=(("Z", "Y", "A"),), materials={"Y": ("甲",)})
    snapshot = opened(snapshot.__class__(snapshot.number, snapshot.status, snapshot.network), MONDAY)
    snapshot, _ = tell(snapshot, "X", ASK, at("2026-02-09T10:00"), missing=["乙"])
    snapshot, _ = tell(snapshot, "Z", ACT.DECIDED, at("2026-02-09T11:00"), decision="granted")
    _, moves, _ = later(snapshot, at("2026-02-09T11:00"))

    assert not [move for move in moves if isinstance(move, AskMaterials)]
    [told] = [move for move in moves if isinstance(move, TellCorrections)]
    assert (told.items, told.also) == (("X",), ("甲",))


def test_not_accepting_names_the_competent_agency_and_ends_the_item_unfavourably() -> None:
    snapshot, found = tell(opened(office("X"), MONDAY), "X", ACT.NOT_ACCEPTED, MONDAY, competent_agency="市局", **CUE)
    [notice] = notices(found, NoticeKind.NOT_ACCEPTED)
    [decision] = [entry for entry in found if isinstance(entry, Decided)]

    assert (notice.body["competent"], notice.body["legal_basis"]) == ("市局", "行政许可法第三十二条")
    assert (decision.kind, decision.handler) == (DecisionKind.NOT_ACCEPT, "王芳")
    assert view_of(snapshot, "X").status is AssignmentStatus.NOT_ACCEPTED
    assert not view_of(snapshot, "X").status.favourable
    assert steps(found) == ["denial.filed", "acceptance.refused"]


def test_where_no_permit_is_needed_what_depends_on_it_goes_on() -> None:
    snapshot = opened(office("X", "Y", edges=(("X", "Y", "A"),)), MONDAY)
    snapshot, found = tell(snapshot, "X", ACT.NOT_REQUIRED, MONDAY, **CUE)
    snapshot, _, _ = later(snapshot, MONDAY)

    assert steps(found) == ["acceptance.not_required"]
    assert len(notices(found, NoticeKind.NOT_REQUIRED)) == 1
    assert view_of(snapshot, "X").status is AssignmentStatus.NOT_REQUIRED
    assert view_of(snapshot, "Y").status is AssignmentStatus.OPENED


@pytest.mark.parametrize("change", [{"approver": None}, {"handler": None}, {"approver": "王芳"}])
def test_a_negative_answer_needs_a_second_person(change: dict[str, Any]) -> None:
    with pytest.raises(match="审批人"):
        tell(opened(office("X"), MONDAY), "X", ACT.NOT_REQUIRED, MONDAY, **{**CUE, **change})


def test_nobody_is_turned_away_after_acceptance() -> None:
    accepted, _ = tell(opened(office("X"), MONDAY), "X", ACT.ACCEPTED, MONDAY)
    for snapshot, now in ((accepted, MONDAY), (opened(office("X"), MONDAY), at("2026-02-15T00:00"))):
        with pytest.raises(NotAllowedNowError):
            tell(snapshot, "X", ACT.NOT_REQUIRED, now, **CUE)
