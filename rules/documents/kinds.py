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
    MATERIALS_MISSING = "materials_missing", "一次性告知书"
    FILED = "filed", "备案通知书"
    FILING_REFUSED = "filing_refused", "不予备案通知书"
    SERVICE_DONE = "service_done", "办理结果告知书"
    SERVICE_REFUSED = "service_refused", "不予办理告知书"
    DEEMED_APPROVAL = "deemed_approval", "视为同意告知书"
    OPINION_REQUEST = "opinion_request", "部门意见征求函"
    HEARING_RIGHTS = "hearing_rights", "听证告知书"
    HEARING_NOTICE = "hearing_notice", "听证通知书"
    ENGAGEMENT = "engagement", "代办委托书"
    ENGAGEMENT_SUSPENDED = "engagement_suspended", "代办中止告知书"
    ENGAGEMENT_ENDED = "engagement_ended", "代办终止告知书"
    SUPERVISION_ORDER = "supervision_order", "督办单"
    YELLOW_CARD = "yellow_card", "黄牌督办通知书"
    RED_CARD = "red_card", "红牌督办通知书"
    ORDER_TO_CORRECT = "order_to_correct", "责令限期整改通知书"
    REVOCATION_OPENED = "revocation_opened", "撤销许可事先告知书"
    REVOCATION = "revocation", "撤销许可决定书"
    PERMIT_LAPSED = "permit_lapsed", "许可失效告知书"
    CANCELLATION_OPENED = "cancellation_opened", "注销许可事先告知书"
    CANCELLATION = "cancellation", "注销许可决定书"
    PARTY_CHANGE = "party_change", "申请人变更告知书"


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
        DocumentKind.MATERIALS_MISSING: "YC",
        DocumentKind.FILED: "BA",
        DocumentKind.FILING_REFUSED: "BB",
        DocumentKind.SERVICE_DONE: "JG",
        DocumentKind.SERVICE_REFUSED: "BL",
        DocumentKind.DEEMED_APPROVAL: "ST",
        DocumentKind.OPINION_REQUEST: "ZQ",
        DocumentKind.HEARING_RIGHTS: "TG",
        DocumentKind.HEARING_NOTICE: "TZ",
        DocumentKind.ENGAGEMENT: "WT",
        DocumentKind.ENGAGEMENT_SUSPENDED: "ZH",
        DocumentKind.ENGAGEMENT_ENDED: "ZZ",
        DocumentKind.SUPERVISION_ORDER: "DU",
        DocumentKind.YELLOW_CARD: "HP",
        DocumentKind.RED_CARD: "RP",
        DocumentKind.ORDER_TO_CORRECT: "ZG",
        DocumentKind.REVOCATION_OPENED: "XG",
        DocumentKind.REVOCATION: "CX",
        DocumentKind.PERMIT_LAPSED: "SX",
        DocumentKind.CANCELLATION_OPENED: "ZS",
        DocumentKind.CANCELLATION: "ZD",
        DocumentKind.PARTY_CHANGE: "BQ",
    }
)
