"""What is stored of an issued document: everything that its printed form shows, spelled as JSON."""

import unicodedata
from datetime import date
from typing import Any, Final

from rules.documents.draft import Block, Draft, Heading, Paragraph, Particulars, Signatures, Table

#: Names the layout; an older version's template stays, so that what was issued can be printed again as it was.
TEMPLATE_VERSION: Final = "1"

_NAMES: Final = {
    Heading: "heading",
    Paragraph: "paragraph",
    Table: "table",
    Particulars: "particulars",
    Signatures: "signatures",
}


def issued_content(draft: Draft, *, number: str, dated: date, verified_at: str) -> dict[str, Any]:
    """Fix what a document says: the draft with its number, its date and the address where it is verified.

    The answer is JSON and survives a database as it is; its fingerprint is the document's.
    """
    matter = draft.matter
    written = {
        "template_version": TEMPLATE_VERSION,
        "kind": draft.kind.value,
        "number": number,
        "title": draft.kind.zh,
        "reference": draft.reference,
        "issuer": matter.issuer,
        "addressee": draft.addressee,
        "application": matter.application,
        "item": matter.item,
        "dated": dated.isoformat(),
        "legal_basis": list(draft.legal_basis),
        "blocks": [_block(block) for block in draft.blocks],
        "sealed": draft.sealed,
        "verified_at": verified_at,
    }
    return {name: _cleaned(value) for name, value in written.items()}


def _block(block: Block) -> dict[str, Any]:
    return {"form": _NAMES[type(block)], **{name: getattr(block, name) for name in block.__slots__}}


def _cleaned(value: Any) -> Any:
    """Make lists of tuples, and drop what no paper shows and PostgreSQL may refuse: control characters, surrogates."""
    match value:
        case str() if value.isprintable():  # nothing of the kind, as almost always
            return value.strip(" ")
        case str():
            return "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in value).strip(" ")
        case dict():
            return {key: _cleaned(each) for key, each in value.items()}
        case list() | tuple():
            return [_cleaned(each) for each in value]
        case _:
            return value
