"""Materials have names and versions; a replaced document touches the items that list it and no others."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from rules.acts.applicant import materials_supplied
from rules.effects import entered
from rules.entries import Entry, MaterialReceived, MessageQueued, Step
from rules.errors import InvalidIntakeError, PrerequisitesOpenError
from rules.identifiers import assignment_id
from rules.materials import require_known
from rules.moves import ReleaseDecision
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus, DepartmentAct, MessageKind, NoticeKind
from tests.rules.receipts import at, later, notices, office, opened, steps, tell, view_of

NOW = at("2026-03-02T09:00")
MATERIALS = {"X": ("章程", "图纸"), "Y": ("图纸",), "Z": ("合同",)}
ACT = DepartmentAct
REFUSAL = {"reason": "甲", "legal_basis": "乙", "handler": "王芳", "approver": "李强"}


def supplied(
    snapshot: ApplicationSnapshot, names: Sequence[str], *, replace: bool = True, **sha256: str
) -> tuple[ApplicationSnapshot, tuple[Entry, ...]]:
    found = materials_supplied(snapshot, names, "甲方", NOW, replace=replace, sha256=sha256)
    return entered(snapshot, *found), found


def granted(snapshot: ApplicationSnapshot, item: str, now: datetime = NOW) -> ApplicationSnapshot:
    return tell(snapshot, item, ACT.DECIDED, now, decision="granted")[0]


def messages(found: Sequence[Entry]) -> list[tuple[str, MessageKind]]:
    return [(entry.item, entry.kind) for entry in found if isinstance(entry, MessageQueued)]


def test_a_decision_remembers_which_versions_it_relied_on() -> None:
    snapshot, _ = supplied(opened(office("X", "Y", "Z", materials=MATERIALS), NOW), ["图纸"])

    assert dict(view_of(granted(snapshot, "X"), "X").relied_on) == {"章程": 1, "图纸": 2}
    assert dict(view_of(granted(snapshot, "X"), "Y").relied_on) == {}


def test_only_what_lists_the_replaced_document_is_touched() -> None:
    snapshot = granted(granted(opened(office("X", "Y", "Z", materials=MATERIALS), NOW), "X"), "Z")
    after, found = supplied(snapshot, ["图纸"])

    assert messages(found) == [
        ("Y", MessageKind.MATERIALS_ADDED),
        ("X", MessageKind.DISPATCHED),
        ("X", MessageKind.REOPENED),
    ]
    again = view_of(after, "X")
    assert (again.id, again.round, again.status) == (
        assignment_id("DB-211282-20260302-00001-H", "X", 2),
        2,
        AssignmentStatus.OPENED,
    )
    assert (again.clock, dict(again.relied_on), again.asked) == ((), {}, ())
    assert view_of(after, "Z") == view_of(snapshot, "Z")
    assert steps(tuple(found)) == ["material.replaced", "materials.renewed", "assignment.reopened"]
    [notice] = notices(tuple(found), NoticeKind.REOPENED)
    assert notice.body["materials"] == [{"name": "图纸", "provided": True, "version": 2, "relied_on": 1}]
    assert notice.body["previous"] == str(view_of(snapshot, "X").id)


def test_what_was_decided_on_the_newest_version_stays() -> None:
    snapshot, _ = supplied(opened(office("X", "Y", "Z", materials=MATERIALS), NOW), ["图纸"])
    snapshot = granted(snapshot, "Y")
    after, found = supplied(snapshot, ["章程"])

    assert view_of(after, "Y") == view_of(snapshot, "Y")
    assert messages(found) == [("X", MessageKind.MATERIALS_ADDED)]


def test_a_refusal_is_not_opened_again() -> None:
    snapshot = opened(office("X", "Y", "Z", materials=MATERIALS), NOW)
    snapshot, _ = tell(
        snapshot,
        "X",
        ACT.DECIDED,
        NOW,
        decision="refused",
        reason="甲",
        legal_basis="乙",
        handler="王芳",
        approver="李强",
    )

    assert view_of(supplied(snapshot, ["图纸"])[0], "X").status is AssignmentStatus.REFUSED


def test_without_the_flag_or_with_the_very_document_nothing_is_replaced() -> None:
    snapshot = opened(office("X", "Y", "Z", materials=MATERIALS), NOW)
    assert supplied(snapshot, ["图纸"], replace=False)[1] == ()

    snapshot, found = supplied(snapshot, ["图纸"], 图纸="ab")
    assert [(e.version, e.sha256) for e in found if isinstance(e, MaterialReceived)] == [(2, "ab")]
    assert supplied(snapshot, ["图纸"], 图纸="ab")[1] == ()
    assert supplied(snapshot, ["图纸"], 图纸="cd")[0].material_versions["图纸"].number == 3
    assert supplied(snapshot, ["图纸"])[0].material_versions["图纸"].number == 3


def test_a_dependant_at_work_awaits_the_new_result_and_a_decided_one_is_flagged() -> None:
    edges = (("X", "Y", "H"), ("X", "W", "A"), ("Y", "V", "H"))
    listed = {"X": ("章程",), "Y": (), "W": (), "V": ()}
    snapshot = opened(office("X", "Y", "W", "V", edges=edges, materials=listed), NOW)
    snapshot = granted(snapshot, "X")
    snapshot = opened(later(snapshot, NOW)[0], NOW)
    snapshot = granted(snapshot, "W")
    after, found = supplied(snapshot, ["章程"])

    assert view_of(after, "Y").awaits == ("X",)
    assert view_of(after, "W") == view_of(snapshot, "W")
    flagged = [each for each in found if isinstance(each, Step) and each.kind == "basis.changed"]
    told = [(each.item, each.reason, each.details) for each in flagged]
    details = {"basis": "X", "round": 2, "materials": ["章程"]}
    assert told == [(item, "所依据的 X 重新审查", details) for item in ("Y", "W")]
    with pytest.raises(PrerequisitesOpenError):
        granted(after, "Y")
    after = granted(after, "X")
    assert [move.item for move in later(after, NOW)[1] if isinstance(move, ReleaseDecision)] == ["Y"]


def test_a_dependant_reopened_with_its_basis_awaits_it() -> None:
    listed = {"X": ("章程",), "Y": ("章程",)}
    snapshot = opened(office("X", "Y", edges=(("X", "Y", "H"),), materials=listed), NOW)
    snapshot = granted(later(granted(snapshot, "X"), NOW)[0], "Y")
    after, _ = supplied(snapshot, ["章程"])

    assert (view_of(after, "X").awaits, view_of(after, "Y").awaits) == ((), ("X",))


def test_the_department_in_correction_is_told_of_everything_new_at_once() -> None:
    snapshot = opened(office("X", materials={"X": ("章程", "图纸")}), NOW)
    snapshot, _ = tell(snapshot, "X", ACT.CORRECTION_REQUESTED, NOW, missing=["章程"])
    snapshot, _, _ = later(snapshot, NOW)
    snapshot, found = supplied(snapshot, ["图纸"])
    assert messages(found) == []
    _, found = supplied(snapshot, ["章程"], replace=False)

    [message] = [entry for entry in found if isinstance(entry, MessageQueued)]
    assert message.body["materials"] == [
        {"name": "章程", "provided": True, "version": 2},
        {"name": "图纸", "provided": True, "version": 2},
    ]


def test_an_unknown_name_is_refused_with_the_closest_ones() -> None:
    with pytest.raises(InvalidIntakeError, match="“章成”，是否指：章程；“完全不同”") as refused:
        require_known(["章程", "章成", "完全不同"], frozenset({"章程", "施工图纸"}))

    assert refused.value.details["problems"] == [
        {"material": "章成", "closest": ["章程"]},
        {"material": "完全不同", "closest": []},
    ]


def test_what_a_department_has_asked_for_may_be_brought_though_no_item_lists_it() -> None:
    snapshot = opened(office("X"), NOW)
    with pytest.raises(InvalidIntakeError):
        supplied(snapshot, ["租赁合同"])
    snapshot, _ = tell(snapshot, "X", ACT.CORRECTION_REQUESTED, NOW, missing=["租赁合同"])

    snapshot, _ = supplied(snapshot, ["租赁合同"], replace=False)
    assert snapshot.material_versions["租赁合同"].number == 1
