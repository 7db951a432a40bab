"""The city's catalog: read from its folder of YAML files, checked as a whole, and kept as one JSON document."""

from casework.catalog_file.calendar_form import read_calendar
from casework.catalog_file.document import digest, document, from_document
from casework.catalog_file.reading import read_catalog

__all__ = ["digest", "document", "from_document", "read_calendar", "read_catalog"]
