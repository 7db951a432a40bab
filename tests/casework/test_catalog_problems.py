"""Every kind of problem in a catalog's files is reported at its file, line and key, together with all the others."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from casework.catalog_file import document, from_document, read_catalog
from rules.errors import CatalogError
from tests.casework.sample_city import CITY, DEPARTMENTS, FILES, ITEMS, JOURNEY, C, D, I, J, problems_of, write

# file, what stands there, what is written instead, the reported line and key, and what the report says
PROBLEMS = [
    # city
    (C, 'division: "211282"', 'division: "21128"', "2: division", "应为六位数字"),
    (C, 'division: "211282"', "division: 211282", "2: division", '请加引号："211282"'),
    (C, "city: 样城\n", "", "1: city", "缺少此项"),
    (C, "city: 样城", "city: ''", "1: city", "不能为空"),
    (C, 'division: "211282"', 'divsion: "211282"', "2: divsion", "没有这个键；是否为 division？"),
    (C, CITY, "- 样城\n", "1", "应为“键: 值”的表"),
    # departments
    (D, "\nHCB:", "\nhcb:", "9: hcb", "大写字母开头"),
    (D, "\nHCB:", "\n12:", "9: [12]", "键应为文字，请给 12 加引号"),
    (D, "\nHCB:", "\nNRB:", "9: NRB", "键 NRB 在第 1 行已经写过"),
    (
        D,
        "channel: inbox",
        "channel: phone",
        "13: HCB.channel",
        "没有取值 phone；可用：inbox、push、poll",
    ),
    (
        D,
        "relation: county\n  hall",
        "relation: country\n  hall",
        "4: NRB.relation",
        "是否为 county？",
    ),
    (D, '  endpoint: "{departments}/NRB"\n', "", "1: NRB.endpoint", "push 渠道须有 endpoint"),
    (D, "relation: county\n  channel", "relation: vertical\n  channel", "9: HCB", "缺少 authority"),
    (D, "relation: county\n  channel", "relation: enterprise\n  court: 某法院\n  channel", "9: HCB", "不作行政决定"),
    (D, "channel: inbox", "channel: poll", "9: HCB.endpoint", "poll 渠道须有 endpoint"),
    (D, "channel: push", "channel: inbox", "7: NRB.endpoint", "没有 endpoint，请删去"),
    (D, '"{departments}/NRB"', "https://u:p@x.cn/a", "7: NRB.endpoint", "不得含账号、口令或密钥"),
    (D, '"{departments}/NRB"', "https://x.cn/whsec_A1", "7: NRB.endpoint", "不得含账号、口令或密钥"),
    (
        D,
        '"{departments}/NRB"',
        "https://x.cn/?token=A1",
        "7: NRB.endpoint",
        "不得含账号、口令或密钥",
    ),
    (D, '"{departments}/NRB"', "https://x.cn/?a=1", "7: NRB.endpoint", "不能带 ? 或 #"),
    (D, '"{departments}/NRB"', "ftp://x.cn", "7: NRB.endpoint", "应以 https://"),
    (D, '"{departments}/NRB"', "https://x.cn:99999", "7: NRB.endpoint", "应以 https://"),
    (D, '"{departments}/NRB"', "https://[x", "7: NRB.endpoint", "应以 https://"),
    # items
    (I, "department: NRB", "department: NRC", "4: A01.department", "没有部门“NRC”；是否为 NRB？"),
    (
        I,
        "  legal: {days: 7, unit: ND, start: receipt}\n",
        "",
        "14: C04.legal",
        "缺少此项，例如 legal: {",
    ),
    (I, "  promised: {days: 5, unit: WD}\n", "", "1: A01.promised", "缺少此项，例如 promised: {"),
    (I, "{days: 7, unit: ND", "{unit: ND", "19: C04.legal.days", "缺少此项，例如 days: 20"),
    (I, "days: 7", "days: -7", "19: C04.legal.days", "不能小于 0，现为 -7"),
    (I, "extension: 10", "extension: -1", "6: A01.legal.extension", "不能小于 0，现为 -1"),
    (I, "days: 7", "days: '7'", "19: C04.legal.days", "应为整数，不是 7"),
    (I, "days: 7", "days: 7.5", "19: C04.legal.days", "应为整数，不是 7.5"),
    (I, "days: 7", "days: true", "19: C04.legal.days", "应为整数，不是 True"),
    (I, "unit: ND", "unit: DAY", "19: C04.legal.unit", "没有取值 DAY；可用：WD、ND"),
    (
        I,
        "promised: {days: 5,",
        "promised: {days: 21,",
        "7: A01.promised",
        "承诺时限 21 长于法定时限 20",
    ),
    (I, "result: 规划条件书", "results: 规划条件书", "12: A01.results", "是否为 result？"),
    (I, "result: 规划条件书", "results: 规划条件书", "1: A01.result", "缺少此项"),
    (I, "of: A01", "of: A02", "22: C04.main[0].of[0]", "没有事项“A02”；是否为 A01？"),
    (I, ", of: A01", "", "22: C04.main[0].of", "缺少 of"),
    (I, "勘测定界图, source: applicant", "图, source: agent, of: D01", "9: A01.main[0].of", "才写 of"),
    (
        I,
        "影像资料",
        "勘测定界图",
        "11: A01.deferrable[0].name",
        "材料 勘测定界图 已在 items/all.yaml:9",
    ),
    (I, "\nC04:", "\nA01:", "14: A01", "键 A01 在第 1 行已经写过"),
    (I, "\nD01:", "\nD_1:", "25: D_1", "大写字母开头"),
    (I, ITEMS, "A01: 规划条件\n", "1: A01", "应为“键: 值”的表，不是 规划条件"),
    (I, ITEMS, "", "1", "应为“键: 值”的表"),
    (I, "kind: filing", "kind: [filing", "30", "YAML 语法错误"),
    (I, "name: 竣工备案", "name: &x 竣工备案\n  name_en: *x", "27", "不支持引用 *x"),
    # journeys
    (
        J,
        "refusal_policy: stop_dependents\n",
        "",
        "1: refusal_policy",
        "例如 refusal_policy: stop_dep",
    ),
    (J, "lead: NRB", "lead: XYZ", "6: stages[0].lead", "没有部门“XYZ”；可用：NRB、HCB"),
    (J, "{code: land,", "{code: Land,", "6: stages[0].code", "小写字母开头"),
    (J, "item: A01, stage: land", "item: A02, stage: land", "12: items[0].item", "没有事项“A02”"),
    (J, "item: A01, stage: land", "item: A01, stage: lnd", "12: items[0].stage", "是否为 land？"),
    (J, "item: D01,", "item: A01,", "14: items[2].item", "事项 A01 已在 journeys/J1.yaml:12 写过"),
    (
        J,
        "item: A01, stage: land",
        "item: A01, stage: land, waived: [图]",
        "12: items[0].waived",
        "没有材料",
    ),
    (
        J,
        "item: A01, stage: land",
        "item: A01, stage: land, required: 是",
        "12: items[0].required",
        "应为 true 或 false",
    ),
    (J, "key: tce", "key: gas", "9: questions[1].key", "问题 gas 已在 journeys/J1.yaml:8 写过"),
    (J, "default: false", "default: 否", "8: questions[0]", "应回答是或否"),
    (
        J,
        "default: form",
        "default: from",
        "10: questions[2]",
        "没有选项 'from'，可选：form（报告表）",
    ),
    (J, "form: 报告表, report: 报告书", "form: 报告表", "10: questions[2].choices", "至少两个选项"),
    (
        J,
        "kind: number,",
        "kind: number, choices: {a: b},",
        "9: questions[1].choices",
        "请删去 choices",
    ),
    (J, "question: eia,", "question: eja,", "13: items[1].when[0].question", "是否为 eia？"),
    (J, "equals: [form]", "equals: [fomr]", "13: items[1].when[0]", "没有选项 'fomr'"),
    (J, "equals: [true]", "equals: [yes]", "14: items[2].when[1]", "应回答是或否"),
    (J, "equals: [form]", "equals: []", "13: items[1].when[0]", "用 equals 列出"),
    (J, "equals: [form]", "at_least: 3", "13: items[1].when[0]", "不用 at_least"),
    (J, "at_least: 10", "equals: [10]", "14: items[2].when[0]", "数字题用 at_least"),
    (J, "at_least: 10", "at_least: 十", "14: items[2].when[0].at_least", "应为数字"),
    (
        J,
        "before: A01, after: C04",
        "before: A09, after: C04",
        "16: edges[0].before",
        "没有事项“A09”",
    ),
    (J, '"#DONE", after', '"#DONNE", after', "19: edges[3].before", "没有里程碑“#DONNE”"),
    (J, '"#START", kind: S', '"#DONE", kind: S', "17: edges[1].kind", "S（开工前置）须指向 #START"),
    (J, '"#OPER", kind: O', '"#START", kind: O', "20: edges[4].kind", "O（投用前置）须指向 #OPER"),
    (
        J,
        'after: "#DONE", kind: W',
        "after: C04, kind: W",
        "18: edges[2].kind",
        "W（现实过程）须在两个里程碑",
    ),
    (J, '"#OPER", kind: O', '"#OPER", kind: A', "20: edges[4].kind", "A（受理前置）须指向事项"),
    (
        J,
        "after: D01, kind: A",
        "after: D01, kind: H",
        "19: edges[3].kind",
        "H（决定前置）须从事项指向",
    ),
    (J, 'after: "#START", kind', "after: #START, kind", "18", "YAML 语法错误"),
    (
        J,
        "before: A01, after: C04",
        "before: , after: C04",
        "16: edges[0].before",
        "# 开头的值要加引号",
    ),
    (
        J,
        "edges:\n",
        "edges:\n  - {before: A01, after: C04, kind: H}\n",
        "17: edges[1]",
        "边 A01 → C04 已在",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "what"), PROBLEMS)
def test_a_problem_is_reported_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, where: str, what: str
) -> None:
    assert old in FILES[file]
    lines = problems_of(write(tmp_path, FILES | {file: FILES[file].replace(old, new, 1)}))
    assert any(line.startswith(f"{file}:{where}: ") and what in line for line in lines), lines


def test_all_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    broken = {
        C: CITY.replace('"211282"', '"2112"'),
        D: DEPARTMENTS.replace("channel: inbox", "channel: phone").replace("county\n  hall", "nation\n  hall"),
        I: ITEMS.replace("days: 7", "days: -7").replace("department: NRB", "department: NRC"),
        J: JOURNEY.replace("item: A01, stage: land", "item: A02, stage: lnd"),
    }
    with pytest.raises(CatalogError) as caught:
        read_catalog(write(tmp_path, broken))
    places = [(each["file"], each["line"], each["key"]) for each in caught.value.details["problems"]]  # type: ignore[attr-defined]
    assert places == [
        ("city.yaml", 2, "division"),
        ("departments.yaml", 4, "NRB.relation"),
        ("departments.yaml", 13, "HCB.channel"),
        ("items/all.yaml", 4, "A01.department"),
        ("items/all.yaml", 19, "C04.legal.days"),
        ("journeys/J1.yaml", 12, "items[0].item"),
        ("journeys/J1.yaml", 12, "items[0].stage"),
        ("journeys/J1.yaml", 16, "edges[0].before"),
    ]
    assert len(caught.value.message.splitlines()) == len(places)


def test_a_wrong_item_still_counts_as_declared(tmp_path: Path) -> None:
    lines = problems_of(write(tmp_path, FILES | {I: ITEMS.replace("days: 7", "days: -7")}))
    assert [line.split(": ")[0] for line in lines] == ["items/all.yaml:19"]


def test_an_item_declared_in_two_files_is_reported_with_both_places(tmp_path: Path) -> None:
    lines = problems_of(write(tmp_path, FILES | {"items/more.yaml": ITEMS[ITEMS.index("D01:") :]}))
    assert lines == ["items/more.yaml:1: D01: 事项代码 D01 已在 items/all.yaml:25 写过，请删去一处或改名"]


def test_a_journey_declared_in_two_files_is_reported_with_both_places(tmp_path: Path) -> None:
    lines = problems_of(write(tmp_path, FILES | {"journeys/J2.yaml": JOURNEY}))
    assert lines == ["journeys/J2.yaml:1: code: 情形代码 J1 已在 journeys/J1.yaml:1 写过，请删去一处或改名"]


def test_a_cycle_is_named_even_if_no_answers_could_close_it(tmp_path: Path) -> None:
    journey = JOURNEY + "  - {before: D01, after: C04, kind: A}\n"
    lines = problems_of(write(tmp_path, FILES | {J: journey}))
    assert len(lines) == 1
    cycle = lines[0].split("成环：")[1].split("；")[0].split(" → ")
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"C04", "#START", "#DONE", "D01"}


def test_every_cycle_is_reported(tmp_path: Path) -> None:
    journey = JOURNEY + "  - {before: C04, after: A01, kind: A}\n  - {before: D01, after: D01, kind: H}\n"
    lines = problems_of(write(tmp_path, FILES | {J: journey}))
    assert [line.split("：")[1].split("；")[0] for line in lines] == ["A01 → C04 → A01", "D01 → D01"]
    assert [line.split(": ")[0] for line in lines] == ["journeys/J1.yaml:21", "journeys/J1.yaml:22"]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_reported(tmp_path: Path, file: str) -> None:
    lines = problems_of(write(tmp_path, {name: content for name, content in FILES.items() if name != file}))
    expected = {I: "items/*.yaml", J: "journeys/*.yaml"}.get(file, file)
    assert f"{expected}:1: 缺少此文件" in lines


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "none") == [f"{(tmp_path / 'none').as_posix()}:1: 没有这个文件夹"]


@pytest.mark.parametrize("stray", ["extra.yaml", "items/land.yml", "items/old/land.yaml"])
def test_a_misplaced_file_is_reported_instead_of_left_out(tmp_path: Path, stray: str) -> None:
    lines = problems_of(write(tmp_path, FILES | {stray: ITEMS}))
    assert [line.split(": ")[0] for line in lines] == [f"{stray}:1"]


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path, FILES)
    (folder / C).write_bytes(CITY.encode("gb18030"))
    assert problems_of(folder)[0].startswith("city.yaml:1: 不是 UTF-8 文件")


def test_a_control_character_is_reported(tmp_path: Path) -> None:
    lines = problems_of(write(tmp_path, FILES | {C: CITY.replace("样城", "样\x07城")}))
    assert lines[0].startswith("city.yaml:1: YAML 语法错误")


def places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List where every value of a parsed file stands."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))]


JUNK: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 1.5, "", "x", "#X", [], [None], {}, {"x": 1}, {1: []}, ["A01"], [{"item": []}]]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), file=st.sampled_from(list(FILES)), junk=JUNK)
def test_any_value_replaced_by_junk_is_read_or_reported(
    tmp_path: Path, data: st.DataObject, file: str, junk: object
) -> None:
    content = YAML(typ="safe").load(FILES[file])
    place = data.draw(st.sampled_from(places(content)))
    if place:
        parent = content
        for step in place[:-1]:
            parent = parent[step]
        parent[place[-1]] = junk
    else:
        content = junk
    write(tmp_path, FILES | {file: json.dumps(content, ensure_ascii=False)})
    try:
        catalog = read_catalog(tmp_path)
    except CatalogError as error:
        lines = error.message.splitlines()
    else:
        lines = []
        assert from_document(document(catalog)) == catalog
    assert [line for line in lines if not re.match(r"[\w/*]+\.yaml:[1-9]\d*: ", line)] == []


def test_a_catalog_in_which_a_refusal_could_not_name_a_court_is_refused(tmp_path: Path) -> None:
    without = {**FILES, C: CITY.replace("court: 样城人民法院\n", "")}

    assert [line.split("：")[0] for line in problems_of(write(tmp_path, without))] == [
        "departments.yaml:1: NRB: 缺少 court",
        "departments.yaml:9: HCB: 缺少 court",
    ]
