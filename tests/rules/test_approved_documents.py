"""Every document says, word for word, what was approved; so does the refusal to make one that lacks something."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules import documents as d
from rules.catalog import LimitUnit
from rules.documents.delays import IN_GENERAL_LAW
from rules.documents.draft import chinese, cited, day, minute, paragraphs, span
from rules.errors import DocumentIncompleteError
from rules.terms import Correction, ReceiptSilence, SpecialProcedure
from rules.workdays import SHANGHAI
from tests.rules.approvals import approve, said
from tests.rules.document_contents import LACKING
from tests.rules.drafts import EXAMPLES, EXPERT_REVIEW, REMEDIES, draft, printed

K = d.DocumentKind

#: What a document of a kind may say besides what the example says.
VARIANTS: dict[K, list[dict[str, Any]]] = {
    K.RECEIPT: [
        {"correction": Correction(days=3, unit="ND", source="《排污许可管理条例》第九条")},
        {"correction": Correction(days=0)},
        {"correction": Correction(silence=ReceiptSilence.ESCALATE), "receipt_number": "收2026-1"},
    ],
    K.CORRECTION_NOTICE: [
        {"supply_by": None, "if_late": ""},
        {"correction": Correction(source="《排污许可管理条例》第九条")},
        {"defects": (d.Defect("施工合同", "缺页"),)},
    ],
    K.ACCEPTANCE: [
        {"provisional": True},
        {"legal_due": None},
        {"promised_due": None},
        {"legal_due": None, "promised_due": None},
        {"received_on": date(2026, 3, 4)},
    ],
    K.DEEMED_ACCEPTANCE: [
        {"promised_due": date(2026, 3, 20), "provisional": True},
        {"legal_due": None},
        {"correction": Correction(days=3, unit="ND", source="《排污许可管理条例》第九条")},
    ],
    K.NOT_ACCEPTED: [{"remedies": d.Complaint("开原市营商环境建设局")}],
    K.DEFERRED_MATERIAL: [{"held": False}],
    K.DEFERRAL_COMMITMENT: [{"missing": (d.DeferredMaterial("施工场地移交证明", "原件", "自受理之日起五个工作日内"),)}],
    K.SPECIAL_PROCEDURE: [
        {"unit": LimitUnit.NATURAL_DAY, "procedure": replace(EXPERT_REVIEW, max_days=None)},
        {"procedure": SpecialProcedure("publicity", "公示", "《取水许可和水资源费征收管理条例》第十九条")},
        *({"procedure": SpecialProcedure(each, each, "行政许可法第四十五条")} for each in sorted(IN_GENERAL_LAW)),
    ],
    K.EXTENSION: [{"unit": LimitUnit.NATURAL_DAY}, {"unit": LimitUnit.MONTH, "days": 1}],
    K.REFUSAL: [{"reference": None}, {"nature": d.FILING}, {"nature": d.SERVICE, "remedies": d.Complaint("营商局")}],
    K.GRANT: [
        {"refused_part": "附属用房", "reasons": "超出规划红线。", "remedies": REMEDIES},
        {"valid_from": None, "valid_until": date(2027, 3, 5)},
        {"valid_until": date(2027, 3, 5), "delivery_days": 3},
        {"valid_from": None, "conditions": "", "certificate": None, "reference": None},
        {"legal_basis": ()},
    ],
    K.RETURNED_PAPERS: [{"remedies": d.Complaint("开原市营商环境建设局")}],
    K.WITHDRAWAL: [{"kept": ()}],
    K.DELIVERY_RECORD: [
        *({"method": method, "remark": "已核对"} for method in d.DeliveryMethod),
        {"delivered_on": date(2026, 3, 9)},
    ],
    K.REVOCATION: [
        {"deceived": True, "compensation": "", "resting": (), "reference": None},
        {"heard": False, "legal_basis": "《建筑法》第六十五条"},
        {"remedies": d.Complaint("开原市营商环境建设局")},
    ],
    K.PERMIT_LAPSED: [{"resting": ()}],
    K.CANCELLATION: [
        {"resting": (), "reference": None, "evidence": ""},
        {"remedies": d.Complaint("开原市营商环境建设局")},
    ],
    K.PARTY_CHANGE: [{"under_way": (), "party_kind": ""}, {"conversion": True}],
    K.REFUSAL_FILING: [{"papers_to_complete": (), "filing_number": "FD-1"}],
    K.OVERDUE_EXPLANATION: [{"reasons": ""}, {"expected_on": None}],
    K.HANDOVER_LIST: [{"handed_on": None}],
    K.FILED: [{"refused_part": "附属用房", "reasons": "超出规划红线。", "remedies": REMEDIES}],
    K.SERVICE_DONE: [{"conditions": "交底后接入。"}],
    K.DEEMED_APPROVAL: [{"renewed": "91-2"}],
    K.OPINION_REQUEST: [{"materials": ()}, {"silence": "开政办发〔2026〕4号第五条"}],
    K.HEARING_RIGHTS: [{"third_party": True}],
    K.HEARING_NOTICE: [{"on_request": False}, {"public": False}, {"examiners": ()}],
    K.ENGAGEMENT: [
        {"valid_until": date(2027, 3, 1), "excluded": ("不动产登记",), "representative": "赵云帆"},
        {"express": ("撤回申请",)},
    ],
    K.ENGAGEMENT_ENDED: [{"returned": ()}],
    K.SUPERVISION_ORDER: [{"supervisor": "铁岭市住房和城乡建设局"}, {"reply_by": None}],
    K.RED_CARD: [{"supervisor": "铁岭市住房和城乡建设局"}, {"reply_by": None}],
}

#: Spans, numerals and days as documents write them.
WRITTEN = (
    *((span, n, unit) for n in (0, 1, 20) for unit in LimitUnit),
    *((chinese, n) for n in (-1, 0, 1, 9, 10, 11, 19, 20, 21, 60, 99, 100)),
    (day, date(2026, 3, 2)),
    (day, datetime(2026, 3, 2, 23, 30, tzinfo=UTC)),
    (minute, datetime(2026, 3, 2, 1, 5, tzinfo=UTC)),
    (minute, datetime(2026, 3, 2, 10, 50, tzinfo=SHANGHAI)),
    *((paragraphs, text) for text in ("一\n \n二", "自 2026-03-02 起至 2026-12-31", "编号 12026-03-02-1", "")),
    *((cited, text) for text in ("建筑法第八条", "建筑法第 8 条", "建筑法第一百二十条", "建筑法", "")),
)


@pytest.mark.parametrize("blank", ["enquiries", "credit_code"])
def test_a_document_reads_as_approved_where_less_is_known(blank: str) -> None:
    lines = [f"{kind}: {said(printed(kind, matter=replace(EXAMPLES[kind][1], **{blank: ''})))}" for kind in K]
    approve(f"documents/without_{blank}", lines)


def test_small_words_read_as_approved() -> None:
    approve("documents/words", (f"{write.__name__}{said(given)}: {said(write(*given))}" for write, *given in WRITTEN))


@pytest.mark.parametrize("kind", K)
def test_a_document_reads_as_approved(kind: K) -> None:
    approve(f"documents/{kind}", _written(kind))


def _written(kind: K) -> Iterator[str]:
    for changes in ({}, *VARIANTS.get(kind, ())):
        yield f"== {said(changes)}"
        yield from _lines(printed(kind, **changes))
    for changes, _ in LACKING[kind]:
        yield f"== {said(changes)}"
        with pytest.raises(DocumentIncompleteError) as caught:
            draft(kind, **changes)
        yield f"{caught.value.message} {said(caught.value.details)}"


def _lines(content: dict[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        if name == "blocks":
            yield from (said(block) for block in value)
        else:
            yield f"{name}: {said(value)}"
