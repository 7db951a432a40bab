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
from tests.rules.document_contents import LACKING, SAID
from tests.rules.drafts import EXAMPLES, EXPERT_REVIEW, MATTER, REMEDIES, draft, printed

K = d.DocumentKind

#: Kinds that may be about an application as a whole.
OF_THE_WHOLE = {
    *(K.RECEIPT, K.WITHDRAWAL, K.DELIVERY_RECORD, K.HANDOVER_LIST, K.MATERIALS_MISSING),
    *(K.ENGAGEMENT, K.ENGAGEMENT_SUSPENDED, K.ENGAGEMENT_ENDED, K.PARTY_CHANGE),
}
#: Whom documents are addressed to that are not the applicant's; empty for what stays on file.
ADDRESSEES = {
    K.DELIVERY_RECORD: "",
    K.REFUSAL_FILING: "",
    K.DEFERRAL_COMMITMENT: MATTER.issuer,
    K.ENGAGEMENT: "开原市营商环境建设局",
    K.OPINION_REQUEST: "开原市水利局",
    **dict.fromkeys((K.SUPERVISION_ORDER, K.YELLOW_CARD, K.RED_CARD), MATTER.issuer),
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
    if kind in OF_THE_WHOLE:
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

    assert content["sealed"] is (kind not in (K.DEFERRAL_COMMITMENT, K.ENGAGEMENT))
    assert content["addressee"] == ADDRESSEES.get(kind, MATTER.applicant)


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
