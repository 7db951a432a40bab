"""Every document says what the law requires of its kind, or is not made at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import documents as d
from rules.canonical import canonical_json, fingerprint
from rules.documents.kinds import LETTERS
from rules.errors import DocumentIncompleteError, InvalidNumberError
from rules.terms import Correction, ReceiptSilence, SpecialProcedure
from tests.rules.drafts import EXAMPLES, EXPERT_REVIEW, MATTER, MISSING, REMEDIES, draft, printed

K = d.DocumentKind

#: Per kind: what is taken away or spoilt, and the name of what is then missing.
LACKING: dict[K, list[tuple[dict[str, Any], str]]] = {
    K.RECEIPT: [
        ({"received_by": " "}, "收件人"),
        ({"materials": ()}, "收到的材料"),
        ({"materials": (d.ReceivedMaterial(""),)}, "收到的材料"),
    ],
    K.CORRECTION_NOTICE: [
        ({"defects": ()}, "需要补正的材料"),
        ({"defects": (d.Defect("施工合同", ""),)}, "存在的问题"),
        ({"defects": (d.Defect("施工合同", "缺页", " "),)}, "补正要求"),
        ({"if_late": ""}, "逾期不补正的后果"),
    ],
    K.ACCEPTANCE: [({"accepted_on": None}, "受理日期"), ({"legal_limit": ""}, "法定办理时限")],
    K.DEEMED_ACCEPTANCE: [
        ({"correction": Correction(silence=ReceiptSilence.ESCALATE)}, "逾期不告知即为受理的规定"),
        ({"received_on": None}, "收到日期"),
        ({"correction_ended_on": None}, "告知补正的期限"),
        ({"legal_limit": ""}, "法定办理时限"),
    ],
    K.NOT_ACCEPTED: [
        ({"reasons": ""}, "理由"),
        ({"competent_agency": ""}, "有权受理的行政机关"),
        ({"remedies": d.Remedies("", "开原市人民法院")}, "行政复议机关"),
        ({"remedies": d.Remedies("开原市人民政府", "")}, "行政诉讼管辖法院"),
    ],
    K.NOT_REQUIRED: [({"reasons": "\n"}, "理由")],
    K.DEFERRED_MATERIAL: [
        ({"missing": ()}, "暂缺的材料"),
        ({"missing": (replace(MISSING[0], form=""),)}, "材料的形式"),
        ({"missing": (replace(MISSING[0], due=None),)}, "补齐期限"),
        ({"consequence": ""}, "逾期的后果"),
        ({"commitment_number": ""}, "容缺受理承诺书编号"),
        ({"legal_basis": ""}, "依据"),
    ],
    K.DEFERRAL_COMMITMENT: [
        ({"missing": ()}, "暂缺的材料"),
        ({"signer": ""}, "承诺人"),
        ({"credit_check": ""}, "信用核查结果"),
        ({"consequence": ""}, "逾期的后果"),
        ({"consequence_version": ""}, "后果条款版本"),
    ],
    K.NOTIFICATION_AND_COMMITMENT: [
        ({"legal_basis": ("消防法",)}, "设定依据（具体条款）"),
        ({"replaced": ()}, "免于提交的证明"),
        ({"conditions": ("",)}, "应当符合的条件"),
        ({"checking": ""}, "核查方式"),
        ({"liability": ""}, "不实承诺的责任"),
        ({"disclosure": ""}, "公开范围和期限"),
        ({"signer": ""}, "承诺人"),
    ],
    K.SPECIAL_PROCEDURE: [
        (
            {"procedure": replace(EXPERT_REVIEW, basis="《建设工程消防设计审查规定》")},
            "法律依据（具体条款）",
        ),
        ({"procedure": replace(EXPERT_REVIEW, basis="")}, "法律依据（具体条款）"),
        ({"procedure": replace(EXPERT_REVIEW, name="")}, "程序"),
        (
            {"procedure": SpecialProcedure("publicity", "批前公示", "行政许可法第四十五条")},
            "法律依据（行政许可法以外的具体条款）",
        ),
        ({"reason": ""}, "事由"),
        ({"days": 0}, "所需天数（不超过20个工作日）"),
        ({"days": 21}, "所需天数（不超过20个工作日）"),
        ({"days": -3, "procedure": replace(EXPERT_REVIEW, max_days=None)}, "所需天数"),
        ({"starts_on": None}, "开始日期"),
    ],
    K.EXTENSION: [
        ({"reasons": ""}, "延期理由"),
        ({"days": 0}, "延长天数"),
        ({"approver": ""}, "批准人"),
        ({"legal_basis": "行政许可法"}, "法律依据（具体条款）"),
        ({"new_due": date(2026, 4, 1)}, "新的办理期限（应晚于原期限）"),
    ],
    K.REFUSAL: [
        ({"facts": ""}, "事实"),
        ({"reasons": ""}, "理由"),
        ({"legal_basis": ()}, "法律依据（具体条款）"),
        ({"legal_basis": ("《中华人民共和国建筑法》",)}, "法律依据（具体条款）"),
        ({"legal_basis": ("《中华人民共和国建筑法》第八条", "有关规定")}, "法律依据（具体条款）"),
        ({"remedies": d.Remedies("", "")}, "行政复议机关"),
        ({"remedies": d.Remedies("", "")}, "行政诉讼管辖法院"),
    ],
    K.GRANT: [
        ({"result": ""}, "许可结果"),
        ({"legal_basis": ()}, "法律依据（具体条款）"),
        ({"refused_part": "附属用房", "remedies": REMEDIES}, "部分不予许可的理由"),
        ({"refused_part": "附属用房", "reasons": "超出规划红线。"}, "行政复议机关"),
    ],
    K.RETURNED_PAPERS: [
        ({"reasons": ""}, "理由"),
        ({"legal_basis": ("办法",)}, "法律依据（具体条款）"),
        ({"returned": ()}, "退回的材料"),
        ({"filing_number": ""}, "否定备案编号"),
        ({"remedies": d.Remedies(" ", "开原市人民法院")}, "行政复议机关"),
    ],
    K.WITHDRAWAL: [
        ({"requested_by": ""}, "撤件申请人"),
        ({"reason": ""}, "撤件理由"),
        ({"stopped": ()}, "终止办理的事项"),
    ],
    K.DELIVERY_RECORD: [
        ({"delivered": ()}, "送达的文书"),
        ({"delivered": (d.DeliveredPaper("施工许可证", ""),)}, "文书编号"),
        ({"recipient": ""}, "受送达人"),
        ({"place": ""}, "送达地点"),
        ({"deliverer": ""}, "送达人"),
        ({"evidence": ""}, "邮件号码"),
        ({"method": d.DeliveryMethod.ONLINE, "evidence": ""}, "电子送达地址"),
        ({"method": d.DeliveryMethod.LEFT, "evidence": ""}, "见证人"),
    ],
    K.REFUSAL_FILING: [
        ({"denial": K.ACCEPTANCE}, "否定类型"),
        ({"denial_number": ""}, "否定文书编号"),
        ({"contact": ""}, "联系方式"),
        ({"facts": ""}, "事实"),
        ({"reasons": ""}, "理由"),
        ({"legal_basis": ("建筑法",)}, "法律依据（具体条款）"),
        ({"handler": ""}, "经办人"),
        ({"approver": ""}, "审批人（不得为经办人）"),
        ({"approver": "王芳 "}, "审批人（不得为经办人）"),
        ({"opinion": ""}, "领导意见"),
    ],
    K.OVERDUE_EXPLANATION: [
        ({"limit": ""}, "办理时限"),
        ({"overdue_days": 0}, "超期天数"),
        ({"reasons": ""}, "超期理由"),
        ({"measures": ""}, "采取的措施"),
        ({"responsible": ""}, "责任人"),
        ({"expected_on": None}, "预计办结日期"),
    ],
    K.HANDOVER_LIST: [
        ({"results": ()}, "移交的结果"),
        ({"handed_by": ""}, "移交人"),
        ({"taken_by": ""}, "接收人"),
    ],
}

#: Per kind: what must stand in the document, by the law cited beside it.
SAID: dict[K, list[str]] = {
    K.RECEIPT: ["2026年3月2日9时05分", "王芳", "施工合同", "5个工作日内一次性告知", "自收到申请材料之日起即为受理"],
    K.CORRECTION_NOTICE: [
        "施工图设计文件审查合格书",
        "第 12 页缺发包人签章",
        "按备案的工程名称更正",
        "第三十二条第一款第四项",
    ],
    K.ACCEPTANCE: [
        "2026年3月4日起予以受理",
        "7个工作日",
        "2026年3月13日届满",
        "2026年3月6日前",
        "第三十二条第一款第五项",
    ],
    K.DEEMED_ACCEPTANCE: ["2026年3月9日", "自2026年3月2日起视为受理", "逾期不告知的，自收到申请材料之日起即为受理"],
    K.NOT_ACCEPTED: ["辽宁省住房和城乡建设厅", "不予受理", "六十日", "六个月", "第三十二条第一款第二项"],
    K.NOT_REQUIRED: ["不需要取得行政许可", "不受理", "第三十二条第一款第一项"],
    K.DEFERRED_MATERIAL: ["施工场地移交证明", "2026年3月12日前", "退件办结", "RC-211282-20260302-00001-D01-01-7"],
    K.DEFERRAL_COMMITMENT: [
        "自愿",
        "建设资金落实承诺书",
        "2026年3月10日前",
        "退件办结",
        "无失信记录",
        "RQ-1",
        "赵云帆",
    ],
    K.NOTIFICATION_AND_COMMITMENT: [
        "国办发〔2020〕42号",
        "消防设施检测合格证明",
        "现场核查",
        "撤销许可决定",
        "期限一年",
        "真实的意思表示",
    ],
    K.SPECIAL_PROCEDURE: ["专家评审", "10个工作日", "2026年3月6日", "第四十五条", "第十二条", "五米"],
    K.EXTENSION: ["重新复核", "李强（局长）批准", "2026年4月16日", "10个工作日", "第四十二条第一款"],
    K.REFUSAL: [
        "三处违反强制性条文",
        "未经审查合格",
        "《中华人民共和国建筑法》第八条",
        "不予行政许可",
        "六十日内",
        "《中华人民共和国行政复议法》第二十条",
        "开原市人民政府",
        "六个月内",
        "《中华人民共和国行政诉讼法》第四十六条",
        "开原市人民法院",
    ],
    K.GRANT: ["准予行政许可", "211282202603020101", "2026年3月6日至长期", "三个月内开工", "十个工作日", "第四十四条"],
    K.RETURNED_PAPERS: ["逾期未补齐", "施工合同", "FD-211282-20260302-00001-D01-01-2", "六十日", "六个月"],
    K.WITHDRAWAL: ["2026年3月9日", "项目选址调整", "城镇污水排入排水管网许可", "终止办理", "继续有效"],
    K.DELIVERY_RECORD: ["建字第211282202600017号", "邮寄送达", "EMS 1023456789012", "受送达人（签名或盖章）"],
    K.REFUSAL_FILING: [
        "138 0000 0000",
        "不予许可（BX-",
        "施工图设计文件审查合格书",
        "同意不予许可",
        "王芳",
        "李强（局长）",
    ],
    K.OVERDUE_EXPLANATION: ["2026年4月1日届满", "超期2个工作日", "休假", "指定专人", "2026年4月8日前", "第三十六条"],
    K.HANDOVER_LIST: ["建筑工程施工许可证", "211282202603020101", "王代办", "赵云帆", "2026年4月8日"],
}


def lacking() -> Iterator[Any]:
    for kind, cases in LACKING.items():
        for changes, missing in cases:
            yield pytest.param(kind, changes, missing, id=f"{kind}-{missing}")


def test_every_kind_is_tested() -> None:
    assert set(EXAMPLES) == set(LACKING) == set(SAID) == set(K)


@pytest.mark.parametrize(("kind", "changes", "missing"), [*lacking()])
def test_a_document_without_what_the_law_requires_is_not_made(kind: K, changes: dict[str, Any], missing: str) -> None:
    with pytest.raises(DocumentIncompleteError) as caught:
        draft(kind, **changes)

    assert caught.value.details["kind"] == kind
    assert missing in caught.value.details["missing"]  # type: ignore[operator]
    assert f"《{kind.zh}》" in caught.value.message
    assert missing in caught.value.message


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize(
    ("blank", "missing"),
    [("application", "代办件编号"), ("project", "项目名称"), ("applicant", "申请人"), ("issuer", "发文机关")],
)
def test_every_document_names_application_project_applicant_and_issuer(kind: K, blank: str, missing: str) -> None:
    matter = replace(EXAMPLES[kind][1], **{blank: " "})

    with pytest.raises(DocumentIncompleteError) as caught:
        draft(kind, matter=matter)

    assert caught.value.details["missing"] == [missing]


@pytest.mark.parametrize("kind", K)
def test_only_documents_about_a_whole_application_need_no_item(kind: K) -> None:
    matter = replace(MATTER, item=None, item_name=None)
    if kind in (K.RECEIPT, K.WITHDRAWAL, K.DELIVERY_RECORD, K.HANDOVER_LIST):
        assert draft(kind, matter=matter).matter.item is None
        return
    with pytest.raises(DocumentIncompleteError, match="审批事项"):
        draft(kind, matter=matter)


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(DocumentIncompleteError) as caught:
        draft(K.REFUSAL, facts="", reasons="", legal_basis=(), remedies=d.Remedies("", ""))

    assert caught.value.details["missing"] == [
        "事实",
        "理由",
        "法律依据（具体条款）",
        "行政复议机关",
        "行政诉讼管辖法院",
    ]


@pytest.mark.parametrize("kind", K)
def test_a_document_says_what_it_must(kind: K) -> None:
    content = printed(kind)
    text = canonical_json(content)

    assert content["title"] == kind.zh
    assert content["issuer"].startswith("开原市")
    assert [phrase for phrase in SAID[kind] if phrase not in text] == []


@pytest.mark.parametrize("kind", K)
def test_a_document_is_addressed_to_the_applicant_and_sealed_unless_the_applicant_speaks(kind: K) -> None:
    content = printed(kind)

    assert content["sealed"] is (kind is not K.DEFERRAL_COMMITMENT)
    on_file = (K.DELIVERY_RECORD, K.REFUSAL_FILING)
    expected = "" if kind in on_file else MATTER.issuer if kind is K.DEFERRAL_COMMITMENT else MATTER.applicant
    assert content["addressee"] == expected


def test_a_procedure_outside_the_general_law_is_uncounted_by_its_own_law_alone() -> None:
    own = "《取水许可和水资源费征收管理条例》第十九条"
    content = printed(K.SPECIAL_PROCEDURE, procedure=SpecialProcedure("publicity", "征求意见", own))

    assert content["legal_basis"] == [own]
    assert "第四十五条" not in canonical_json(content)


@pytest.mark.parametrize("basis", ["行政许可法第四十五条", "行政许可法第四十五条至第四十八条"])
def test_the_general_law_is_not_cited_twice(basis: str) -> None:
    content = printed(K.SPECIAL_PROCEDURE, procedure=replace(EXPERT_REVIEW, basis=basis))

    assert content["legal_basis"] == [basis]


def test_the_applicant_is_told_the_items_own_law_on_corrections() -> None:
    special = Correction(days=3, unit="ND", source="排污许可管理条例第九条")
    at_once = Correction(days=0, source="不动产登记暂行条例第十七条")
    open_ = Correction(silence=ReceiptSilence.ESCALATE)

    assert "自收到申请材料之日起3日内一次性告知" in canonical_json(printed(K.RECEIPT, correction=special))
    assert "将当场一次性告知" in canonical_json(printed(K.RECEIPT, correction=at_once))
    assert "即为受理" not in canonical_json(printed(K.RECEIPT, correction=open_))
    for kind in (K.RECEIPT, K.CORRECTION_NOTICE, K.DEEMED_ACCEPTANCE):
        assert printed(kind, correction=special)["legal_basis"] == ["排污许可管理条例第九条"]
        assert "行政许可法" in printed(kind)["legal_basis"][0]


def test_a_grant_in_part_says_what_is_refused_why_and_how_to_contest_it() -> None:
    part = {"refused_part": "附属用房", "reasons": "超出规划红线。", "remedies": REMEDIES}
    text = canonical_json(printed(K.GRANT, **part))

    assert all(phrase in text for phrase in ("附属用房", "超出规划红线", "第三十八条第二款", "六十日", "六个月"))
    assert "复议" not in canonical_json(printed(K.GRANT))


def test_the_limits_of_an_acceptance_say_when_they_may_still_move() -> None:
    assert "暂定" in canonical_json(printed(K.ACCEPTANCE, provisional=True))
    assert "暂定" not in canonical_json(printed(K.ACCEPTANCE))


def test_dates_left_open_are_left_to_be_filled_in_by_hand() -> None:
    assert "　　　　年　　月　　日" in canonical_json(printed(K.DELIVERY_RECORD))
    assert "2026年3月9日" in canonical_json(printed(K.DELIVERY_RECORD, delivered_on=date(2026, 3, 9)))


@given(st.text())
def test_whatever_is_written_survives_the_database_unchanged(text: str) -> None:
    content = printed(K.OVERDUE_EXPLANATION, reasons=f"甲{text}")

    assert orjson.loads(orjson.dumps(content)) == content
    assert "\\u0000" not in canonical_json(content)


def test_any_change_of_a_document_changes_its_fingerprint() -> None:
    contents = [
        printed(K.REFUSAL),
        printed(K.REFUSAL, reasons="其他理由"),
        printed(K.REFUSAL, reference=None),
        printed(K.REFUSAL, remedies=replace(REMEDIES, court="铁岭市中级人民法院")),
        {**printed(K.REFUSAL), "dated": "2026-03-07"},
        {**printed(K.REFUSAL), "verified_at": "https://elsewhere.example/"},
    ]

    assert all(fingerprint(one) != fingerprint(other) for one, other in combinations(contents, 2))


def test_the_numbers_of_two_kinds_never_meet() -> None:
    assert set(LETTERS) == set(K)
    assert len(set(LETTERS.values())) == len(K)
    assert "DB" not in LETTERS.values()
    assert "BJ" not in LETTERS.values()


@pytest.mark.parametrize("serial", [0, 1000])
def test_a_serial_beyond_three_digits_is_refused(serial: int) -> None:
    with pytest.raises(InvalidNumberError):
        d.document_number(K.GRANT, MATTER.application, "D01", serial)


NUMBERS = st.builds(
    d.document_number,
    st.sampled_from(K),
    st.just(MATTER.application),
    st.sampled_from([None, "E01", "D07", "A10", "U04"]),
    st.integers(1, 999),
)


@given(NUMBERS, st.data())
def test_a_slip_of_the_pen_in_a_number_shows(number: str, data: st.DataObject) -> None:
    d.check_document_number(number)
    place = data.draw(st.sampled_from([n for n, each in enumerate(number) if each != "-"]))
    other = data.draw(
        st.sampled_from([each for each in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if each != number[place]])
    )

    with pytest.raises(InvalidNumberError):
        d.check_document_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "BZ-1", "../secrets", "DB-211282-20260302-00001-B", "BZ-211282-20260302-00001-E04-01"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidNumberError) as caught:
        d.check_document_number(text)
    assert caught.value.details["fault"] == "shape"


def test_one_number_is_one_document() -> None:
    number = d.document_number(K.GRANT, MATTER.application, "D01", 1)

    assert d.document_id(number) == d.document_id(number)
    assert d.document_id(number) != d.document_id(d.document_number(K.GRANT, MATTER.application, "D01", 2))
