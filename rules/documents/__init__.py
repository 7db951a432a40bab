"""What each document of a procedure must say by law; a document that lacks any of it is never made."""

from rules.documents import laws
from rules.documents.cancelling import cancellation_advance_notice, cancellation_decision
from rules.documents.changing import (
    lapse_notice,
    party_change_notice,
    revocation_advance_notice,
    revocation_decision,
)
from rules.documents.closing import (
    DeliveredPaper,
    DeliveryMethod,
    deemed_approval_notice,
    delivery_record,
    handover_list,
    returned_papers_notice,
    withdrawal_confirmation,
)
from rules.documents.consulting import hearing_notice, hearing_rights_notice, opinion_request
from rules.documents.deferral import (
    DeferredMaterial,
    deferral_commitment,
    deferred_material_notice,
    notification_and_commitment,
)
from rules.documents.delays import extension_notice, overdue_explanation, special_procedure_notice
from rules.documents.draft import Draft, Heading, Matter, Paragraph, Particulars, Signatures, Table, span
from rules.documents.engaging import engagement_ended, engagement_letter, engagement_suspended
from rules.documents.issued import TEMPLATE_VERSION, issued_content
from rules.documents.kinds import DocumentKind
from rules.documents.missing import (
    Asked,
    Defect,
    Lacking,
    consolidated_notice,
    correction_notice,
    materials_notice,
)
from rules.documents.natures import FILING, PERMIT, SERVICE, Complaint, Nature, Remedies, nature_of
from rules.documents.numbering import check_document_number, document_id, document_number
from rules.documents.receiving import (
    ReceivedMaterial,
    acceptance_notice,
    deemed_acceptance_notice,
    not_accepted_decision,
    not_required_notice,
    receipt,
)
from rules.documents.refusing import grant_decision, refusal_decision, refusal_filing
from rules.documents.supervising import order_to_correct, supervision_order

__all__ = [
    "FILING",
    "PERMIT",
    "SERVICE",
    "TEMPLATE_VERSION",
    "Asked",
    "Complaint",
    "Defect",
    "DeferredMaterial",
    "DeliveredPaper",
    "DeliveryMethod",
    "DocumentKind",
    "Draft",
    "Heading",
    "Lacking",
    "Matter",
    "Nature",
    "Paragraph",
    "Particulars",
    "ReceivedMaterial",
    "Remedies",
    "Signatures",
    "Table",
    "acceptance_notice",
    "cancellation_advance_notice",
    "cancellation_decision",
    "check_document_number",
    "consolidated_notice",
    "correction_notice",
    "deemed_acceptance_notice",
    "deemed_approval_notice",
    "deferral_commitment",
    "deferred_material_notice",
    "delivery_record",
    "document_id",
    "document_number",
    "engagement_ended",
    "engagement_letter",
    "engagement_suspended",
    "extension_notice",
    "grant_decision",
    "handover_list",
    "hearing_notice",
    "hearing_rights_notice",
    "issued_content",
    "lapse_notice",
    "laws",
    "materials_notice",
    "nature_of",
    "not_accepted_decision",
    "not_required_notice",
    "notification_and_commitment",
    "opinion_request",
    "order_to_correct",
    "overdue_explanation",
    "party_change_notice",
    "receipt",
    "refusal_decision",
    "refusal_filing",
    "returned_papers_notice",
    "revocation_advance_notice",
    "revocation_decision",
    "span",
    "special_procedure_notice",
    "supervision_order",
    "withdrawal_confirmation",
]
