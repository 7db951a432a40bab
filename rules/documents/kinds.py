"""The kinds of documents, with the letters that their numbers begin with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.vocabulary import Word


class DocumentKind(Word):
    """A kind of document (文书); its Chinese name is the title that is printed."""

    RECEIPT = "receipt", "收件凭证"
    CORRECTION_NOTICE = "correction_notice", "一次性补正告知书"
    ACCEPTANCE = "acceptance", "受理通知书"
    DEEMED_ACCEPTANCE = "deemed_acceptance", "视为受理通知书"
    NOT_ACCEPTED = "not_accepted", "不予受理决定书"
    NOT_REQUIRED = "not_required", "不受理告知书"
    DEFERRED_MATERIAL = "deferred_material", "容缺受理通知书"
    DEFERRAL_COMMITMENT = "deferral_commitment", "容缺受理承诺书"
    NOTIFICATION_AND_COMMITMENT = "notification_and_commitment", "告知承诺书"
    SPECIAL_PROCEDURE = "special_procedure", "特别程序告知书"
    EXTENSION = "extension", "延期通知书"
    REFUSAL = "refusal", "不予许可决定书"
    GRANT = "grant", "准予许可决定书"
    RETURNED_PAPERS = "returned_papers", "退件通知书"
    WITHDRAWAL = "withdrawal", "撤件确认书"
    DELIVERY_RECORD = "delivery_record", "送达回证"
    REFUSAL_FILING = "refusal_filing", "否定备案登记表"
    OVERDUE_EXPLANATION = "overdue_explanation", "超期说明"
    HANDOVER_LIST = "handover_list", "结果移交单"


#: The first letters of a number, from the pinyin of the title.
LETTERS: Final[Mapping[DocumentKind, str]] = MappingProxyType(
    {
        DocumentKind.RECEIPT: "SJ",
        DocumentKind.CORRECTION_NOTICE: "BZ",
        DocumentKind.ACCEPTANCE: "SL",
        DocumentKind.DEEMED_ACCEPTANCE: "SW",
        DocumentKind.NOT_ACCEPTED: "BS",
        DocumentKind.NOT_REQUIRED: "BG",
        DocumentKind.DEFERRED_MATERIAL: "RQ",
        DocumentKind.DEFERRAL_COMMITMENT: "RC",
        DocumentKind.NOTIFICATION_AND_COMMITMENT: "GC",
        DocumentKind.SPECIAL_PROCEDURE: "TB",
        DocumentKind.EXTENSION: "YQ",
        DocumentKind.REFUSAL: "BX",
        DocumentKind.GRANT: "ZX",
        DocumentKind.RETURNED_PAPERS: "TJ",
        DocumentKind.WITHDRAWAL: "CJ",
        DocumentKind.DELIVERY_RECORD: "SD",
        DocumentKind.REFUSAL_FILING: "FD",
        DocumentKind.OVERDUE_EXPLANATION: "CQ",
        DocumentKind.HANDOVER_LIST: "YJ",
    }
)
