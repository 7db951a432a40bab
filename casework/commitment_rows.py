"""Keep in tables what the rules say of commitments and of breaches."""

from casework.casefile import CaseFile
from models import Commitment, CreditRecord
from rules.entries import BreachRecorded, CommitmentRevised, CommitmentSigned
from rules.vocabulary import CommitmentStatus


def signed(case: CaseFile, entry: CommitmentSigned) -> None:
    """Keep the letter as it was signed."""
    view = entry.view
    case.add(
        Commitment,
        id=view.id,
        application_id=case.id,
        item=view.item,
        kind=view.kind,
        status=view.status,
        materials=list(view.materials),
        form=view.form,
        own_date=view.own_date,
        orders=view.orders,
        signer=entry.signer,
        signed_at=entry.signed_at,
        signature=entry.signature,
        text_version=entry.text_version,
        credit_check=dict(entry.credit_check),
        letter=dict(entry.letter),
        document=view.document,
    )


def revised(case: CaseFile, entry: CommitmentRevised) -> None:
    """Change fields of a commitment; one that is signed no longer has ended."""
    changes = dict(entry.changes)
    if changes.get("status", CommitmentStatus.SIGNED) is not CommitmentStatus.SIGNED:
        changes["ended_at"] = case.now
    case.commitment_changes.setdefault(entry.id, {}).update(changes)


def breach(case: CaseFile, entry: BreachRecorded) -> None:
    """Put a breach on the record of the applicant."""
    case.add(
        CreditRecord,
        applicant_id=case.applicant_id,
        application_id=case.id,
        commitment_id=entry.commitment,
        item=entry.item,
        kind=entry.kind,
        at=entry.at,
    )
