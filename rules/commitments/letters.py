"""What the letters about commitments say, as documents that can be rendered."""

from collections.abc import Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from rules.commitments.record import CommitmentView
from rules.commitments.tolerance import deferrable, holds_result, letter_name
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import CommitmentKind

#: Raised with every change of the words below: a letter is judged by the text that was signed.
TEXT_VERSION: Final = "2026-1"
ARTICLES: Final = MappingProxyType(
    {
        CommitmentKind.TOLERANCE: "辽宁省政务服务容缺受理管理办法",
        CommitmentKind.NOTIFIED: "国办发〔2020〕42号",
    }
)
_TITLES: Final = MappingProxyType(
    {CommitmentKind.TOLERANCE: "容缺受理承诺书", CommitmentKind.NOTIFIED: "告知承诺书"},
)
_HELD: Final = (
    "补齐材料前，部门先行审查，不出具办理结果",
    "逾期未补齐的，视为放弃申请，按退件办结，退回申请材料",
    "未履行承诺的，记入信用记录",
)
_ISSUED: Final = (
    "逾期未补齐的，责令限期改正；拒不改正的，由部门依法作出处理决定",
    "未履行承诺的，记入信用记录",
)
_PROMISED: Final = (
    "部门在作出决定后进行核查",
    "承诺不实或者未履行的，依法终止办理、责令限期整改、撤销决定或者给予行政处罚",
    "未履行承诺的，记入信用记录",
)


def consequences(item: NetworkItem, kind: CommitmentKind) -> list[str]:
    """Say what follows when the commitment is not kept."""
    if kind is CommitmentKind.NOTIFIED:
        return list(_PROMISED)
    return list(_HELD if holds_result(item) else _ISSUED)


def commitment_letter(
    item: NetworkItem,
    kind: CommitmentKind,
    materials: Sequence[str],
    *,
    form: str,
    own_date: date | None,
    applicant: str,
    credit_code: str,
    application: str,
    signer: str,
    signed_at: datetime,
) -> dict[str, Any]:
    """Write the letter the applicant signs; its SHA-256 is the signature on record."""
    return {
        "title": _TITLES[kind],
        "text_version": TEXT_VERSION,
        "application": application,
        "applicant": applicant,
        "credit_code": credit_code,
        "item": item.code,
        "item_name": item.name,
        "department": item.department_name,
        "materials": list(materials),
        "form": form,
        "own_date": own_date.isoformat() if own_date else None,
        "consequences": consequences(item, kind),
        "article": ARTICLES[kind],
        "signer": signer,
        "signed_at": signed_at.isoformat(),
    }


def particulars(snapshot: ApplicationSnapshot, commitment: CommitmentView, due_on: date) -> dict[str, Any]:
    """Say of a commitment what a notice must: which materials, in what form, by when, what follows, by which law."""
    item = snapshot.network.item(commitment.item)
    return {
        "commitment": str(commitment.id),
        "application": snapshot.number,
        "item": item.code,
        "item_name": item.name,
        "department": item.department_name,
        "materials": list(commitment.materials),
        "form": commitment.form,
        "due_on": due_on.isoformat(),
        "consequences": consequences(item, commitment.kind),
        "article": ARTICLES[commitment.kind],
    }


def offers(snapshot: ApplicationSnapshot, names: Sequence[str]) -> list[dict[str, Any]]:
    """Say which of the materials asked for may be replaced by a commitment, item by item (一次性告知)."""
    found: list[dict[str, Any]] = []
    for item in snapshot.network.items:
        if item.code in snapshot.assignments:
            continue
        choices = {
            CommitmentKind.TOLERANCE: [name for name in names if name in deferrable(item)],
            CommitmentKind.NOTIFIED: [name for name in names if name in (*item.waived, letter_name(item))],
        }
        found += [
            {"item": item.code, "item_name": item.name, "kind": kind.value, "materials": materials}
            for kind, materials in choices.items()
            if materials
        ]
    return found
