"""What each document of a procedure must say by law; a document that lacks any of it is never made."""

from rules.documents.closing import (
    DeliveredPaper,
    DeliveryMethod,
    delivery_record,
    handover_list,
    returned_papers_notice,
    withdrawal_confirmation,
)
from rules.documents.deferral import (
    DeferredMaterial,
    deferral_commitment,
    deferred_material_notice,
    notification_and_commitment,
)
from rules.documents.delays import extension_notice, overdue_explanation, special_procedure_notice
from rules.documents.draft import Draft, Heading, Matter, Paragraph, Particulars, Signatures, Table, span
from rules.documents.issued import TEMPLATE_VERSION, issued_content
from rules.documents.kinds import DocumentKind
from rules.documents.numbering import check_document_number, document_id, document_number
from rules.documents.receiving import (
    Defect,
    ReceivedMaterial,
    acceptance_notice,
    correction_notice,
    deemed_acceptance_notice,
    not_accepted_decision,
    not_required_notice,
    receipt,
)
from rules.documents.refusing import Remedies, grant_decision, refusal_decision, refusal_filing

__all__ = [
    "TEMPLATE_VERSION",
    "Defect",
    "DeferredMaterial",
    "DeliveredPaper",
    "DeliveryMethod",
    "DocumentKind",
    "Draft",
    "Heading",
    "Matter",
    "Paragraph",
    "Particulars",
    "ReceivedMaterial",
    "Remedies",
    "Signatures",
    "Table",
    "acceptance_notice",
    "check_document_number",
    "correction_notice",
    "deemed_acceptance_notice",
    "deferral_commitment",
    "deferred_material_notice",
    "delivery_record",
    "document_id",
    "document_number",
    "extension_notice",
    "grant_decision",
    "handover_list",
    "issued_content",
    "not_accepted_decision",
    "not_required_notice",
    "notification_and_commitment",
    "overdue_explanation",
    "receipt",
    "refusal_decision",
    "refusal_filing",
    "returned_papers_notice",
    "span",
    "special_procedure_notice",
    "withdrawal_confirmation",
]
