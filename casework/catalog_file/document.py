"""A catalog as one JSON document, the way a catalog version is stored, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from rules.canonical import fingerprint
from rules.catalog import Catalog
from rules.errors import CatalogError

#: Raised with every change that an old reader would misread.
FORMAT = 2

_CATALOG = TypeAdapter(Catalog)


def document(catalog: Catalog) -> dict[str, Any]:
    """Write a catalog as a document that JSON can hold."""
    written: dict[str, Any] = _CATALOG.dump_python(catalog, mode="json")
    return {"format": FORMAT, **written}


def from_document(written: Mapping[str, Any]) -> Catalog:
    """Read what `document` wrote; the result equals the original. Raises CatalogError for another format."""
    if written.get("format") != FORMAT:
        raise CatalogError(f"无法读取格式为 {written.get('format')!r} 的事项清单，应为 {FORMAT}")
    return _CATALOG.validate_python({key: value for key, value in written.items() if key != "format"})


def digest(catalog: Catalog) -> str:
    """Return the SHA-256 of the catalog's canonical JSON, in hexadecimal: equal content, equal digest."""
    return fingerprint(document(catalog))
