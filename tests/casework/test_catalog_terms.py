"""What an item's law says beyond its limits, a journey's join and the city's policies are read and checked."""

from pathlib import Path
from shutil import copytree

import pytest

from casework.catalog_file import folder as folders
from casework.catalog_file import read_catalog
from casework.catalog_file.source import Problem, SourceFile, read_source
from rules.catalog import Catalog, ItemCode, JourneyCode
from rules.errors import CatalogError
from rules.terms import (
    Approver,
    Cooperation,
    Correction,
    DecisionSilence,
    Join,
    JoinPolicy,
    OnRefusal,
    Policies,
    ReceiptSilence,
    Siblings,
    SpecialProcedure,
    Thresholds,
    Tolerance,
    ToleranceMode,
    Voice,
)

KAIYUAN = Path(__file__).parents[2] / "catalog" / "kaiyuan"
CITY, PARALLEL, ENTERPRISE, J5 = "city.yaml", "items/parallel.yaml", "items/enterprise.yaml", "journeys/J5.yaml"
P12 = "    correction: {days: 3, unit: ND, source: 排污许可管理条例第九条}\n"
POLICY = "refusal_policy:"


#: What was read of a file, by its name and content.
_read: dict[tuple[str, bytes], tuple[SourceFile | None, list[Problem]]] = {}


def read_once(folder: Path, path: Path) -> tuple[SourceFile | None, list[Problem]]:
    key = (path.relative_to(folder).as_posix(), path.read_bytes())
    if key not in _read:
        _read[key] = read_source(folder, path)
    return _read[key]


@pytest.fixture(autouse=True)
def _unchanged_files_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test changes one of a city's files: reading the others anew would be most of its time."""
    monkeypatch.setattr(folders, "read_source", read_once)


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    copytree(KAIYUAN, folder / "city")
    path = folder / "city" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "city"


def with_terms(folder: Path, *lines: str) -> Catalog:
    return read_catalog(edited(folder, PARALLEL, P12, "".join(f"    {line}\n" for line in lines)))


def test_an_item_without_terms_follows_the_general_law(tmp_path: Path) -> None:
    terms = with_terms(tmp_path, "{}").items[ItemCode("P12")].terms

    assert terms.correction == Correction(5, "WD", ReceiptSilence.DEEMED_ACCEPTED, None, "行政许可法第三十二条")
    assert (terms.procedures, terms.extension_approver, terms.silence) == ((), "agency_head", "escalate")
    assert (terms.delivery_days, terms.cooperation, terms.by_commitment, terms.in_person) == (10, None, False, False)


def test_deferrable_materials_put_an_item_on_the_list_and_nothing_else_does() -> None:
    items = read_catalog(KAIYUAN).items

    assert items[ItemCode("P12")].terms.tolerance == Tolerance(ToleranceMode.HOLD_RESULT, None)
    assert [
        i.code for i in items.values() if (i.terms.tolerance is None) == any(m.deferrable for m in i.materials)
    ] == []


def test_every_term_is_read(tmp_path: Path) -> None:
    terms = (
        with_terms(
            tmp_path,
            "correction: {days: 0, unit: ND, silence: escalate, applicant_days: 30, source: 某条例}",
            "procedures: [{kind: hearing, name: 听证, basis: 甲第一条, max_days: 20},"
            " {kind: testing, name: 检测, basis: 乙第二条}]",
            "tolerance: {mode: issue_then_cure, max_days: 15}",
            "extension_approver: government_head",
            "silence: deemed_approved",
            "silence_basis: 某办法第八条",
            "delivery_days: 3",
            "cooperation: {voices: [{department: HCB, name: 住建, weight: 2, veto: true},"
            " {department: CAD, name: 人防}], policy: weighted, needed: 3, days: 4, silence_basis: 某办法}",
            "by_commitment: true",
            "in_person: true",
            "site_visit: true",
        )
        .items[ItemCode("P12")]
        .terms
    )

    assert terms.correction == Correction(0, "ND", ReceiptSilence.ESCALATE, 30, "某条例")
    assert terms.procedures == (
        SpecialProcedure("hearing", "听证", "甲第一条", 20),
        SpecialProcedure("testing", "检测", "乙第二条", None),
    )
    assert terms.tolerance == Tolerance(ToleranceMode.ISSUE_THEN_CURE, 15)
    assert terms.extension_approver is Approver.GOVERNMENT_HEAD
    assert (terms.silence, terms.silence_basis) == (DecisionSilence.DEEMED_APPROVED, "某办法第八条")
    assert (terms.delivery_days, terms.by_commitment, terms.in_person, terms.site_visit) == (3, True, True, True)
    voices = (Voice("HCB", "住建", 2, True), Voice("CAD", "人防", 1, False))
    assert terms.cooperation == Cooperation(voices, JoinPolicy.WEIGHTED, 3, 4, "某办法")


def test_a_join_is_read(tmp_path: Path) -> None:
    join = (
        "join: {policy: weighted, needed: 3, weights: {E01: 2}, deciding: [E02], on_refusal: stop_now, siblings: ask,"
        " joint_limit_days: 30, joint_extension_days: 10}"
    )
    catalog = read_catalog(edited(tmp_path, J5, POLICY, f"{join}\n{POLICY}"))

    expected = Join(JoinPolicy.WEIGHTED, 3, (("E01", 2),), ("E02",), OnRefusal.STOP_NOW, Siblings.ASK, 30, 10)
    assert catalog.journeys[JourneyCode("J5")].join == expected


def test_a_stage_handled_jointly_has_forty_five_days_and_fifteen_more(tmp_path: Path) -> None:
    catalog = read_catalog(edited(tmp_path, J5, POLICY, f"join: {{policy: all}}\n{POLICY}"))

    join = catalog.journeys[JourneyCode("J5")].join
    assert (join.joint_limit_days, join.joint_extension_days) == (45, 15)


def test_the_citys_policies_are_read(tmp_path: Path) -> None:
    catalog = read_catalog(
        edited(
            tmp_path,
            CITY,
            (KAIYUAN / CITY).read_text(encoding="utf-8").split("policies:")[1],
            "\n  thresholds: {yellow_percent: 50, yellow_days_left: 3}\n  remind_percent: 40\n"
            "  notice_window_hours: 8\n  breach_bar_days: 0\n  cure_reminder_days: 1\n"
            "  slow_days: 9\n  objection_days: 7\n  agent_filing_days: 2\n  agent_answer_days: 3\n"
            "  agent_grace_days: 0\n  agent_feedback_days: 3\n",
        )
    )

    assert catalog.policies == Policies(
        Thresholds(50, 3),
        40,
        8,
        0,
        1,
        9,
        objection_days=7,
        agent_filing_days=2,
        agent_answer_days=3,
        agent_grace_days=0,
        agent_feedback_days=3,
    )


PROBLEMS = [
    (PARALLEL, P12, "    corection: {days: 3}\n", "P12.terms.corection", "是否为 correction？"),
    (PARALLEL, P12, "    correction: {unit: MONTH}\n", "P12.terms.correction.unit", "没有取值 MONTH；可用：WD、ND"),
    (PARALLEL, P12, "    correction: {applicant_days: 0}\n", "P12.terms.correction.applicant_days", "不能小于 1"),
    (PARALLEL, P12, "    silence: deemed_approved\n", "P12.terms", "须写明依据 silence_basis"),
    (PARALLEL, P12, "    procedures: [{kind: hearing, name: 听证}]\n", "P12.terms.procedures[0].basis", "例如 basis:"),
    (
        PARALLEL,
        P12,
        "    procedures: [{kind: hearing, name: 听证, basis: 某条例}]\n",
        "P12.terms.procedures[0]",
        "须写明第几条",
    ),
    (
        PARALLEL,
        P12,
        "    procedures: [{kind: publicity, name: 公示, basis: 行政许可法第四十五条}]\n",
        "P12.terms.procedures[0]",
        "另有规定的法律",
    ),
    (PARALLEL, P12, "    cooperation: {voices: []}\n", "P12.terms.cooperation.voices", "不能为空"),
    (
        PARALLEL,
        P12,
        "    cooperation: {voices: [{department: XYZ, name: 某局}]}\n",
        "P12.terms.cooperation.voices[0].department",
        "没有部门“XYZ”",
    ),
    (
        PARALLEL,
        P12,
        "    cooperation: {policy: quorum, needed: 2, voices: [{department: HCB, name: 住建}]}\n",
        "P12.terms.cooperation",
        "needed 应为 1 至 1，现为 2",
    ),
    (
        PARALLEL,
        P12,
        "    cooperation: {policy: weighted, needed: 0, voices: [{department: HCB, name: 住建, weight: 2}]}\n",
        "P12.terms.cooperation",
        "needed 应为 1 至 2，现为 0",
    ),
    (J5, POLICY, "join: {policy: quorum}\nrefusal_policy:", "join", "须写明 needed"),
    (J5, POLICY, "join: {policy: veto}\nrefusal_policy:", "join", "须写明 deciding"),
    (J5, POLICY, "join: {policy: lead, deciding: [E01, E02]}\nrefusal_policy:", "join", "一个决定性事项"),
    (J5, POLICY, "join: {policy: veto, deciding: [A01]}\nrefusal_policy:", "join.deciding[0]", "不在本情形的 items 中"),
    (J5, POLICY, "join: {joint_limit_days: -1}\nrefusal_policy:", "join.joint_limit_days", "不能小于 0"),
    (J5, POLICY, "join: {joint_extension_days: -1}\nrefusal_policy:", "join.joint_extension_days", "不能小于 0"),
    (CITY, "remind_percent: 50", "remind_percent: 101", "policies.remind_percent", "不能大于 100，现为 101"),
    (CITY, "slow_days: 5", "slow_days: 0", "policies.slow_days", "不能小于 1"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "message"), PROBLEMS)
def test_a_problem_is_reported_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, key: str, message: str
) -> None:
    with pytest.raises(CatalogError) as refused:
        read_catalog(edited(tmp_path, file, old, new))

    (found,) = refused.value.details["problems"]  # type: ignore[misc, attr-defined]
    assert (found["file"], found["key"]) == (file, key)
    assert message in found["message"]
