"""The document of the settings is what the code says."""

from pathlib import Path

from kit.settings import settings_table

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_document_ends_with_the_table_of_the_settings_as_they_are() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")

    assert written.endswith("\n\n" + settings_table()), "replace its table: .venv/bin/daiban settings --markdown"
