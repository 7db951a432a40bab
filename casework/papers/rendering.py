"""Print a document's stored content as a PDF."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from casework.papers.fonts import covered, fonts
from rules.canonical import canonical_json, fingerprint

_TEMPLATES: Final = Path(__file__).parent / "templates"
#: The printer's stand-in for a character that no font at hand has.
_GETA: Final = "〓"


async def render(content: Mapping[str, Any], check_code: str) -> bytes:
    """Print an issued document as PDF/A-3a, equal bytes for equal input, in a thread of its own (about 10 ms).

    The fonts are embedded, and the content as it is fingerprinted is attached as ``content.json``. A character that
    our fonts lack is printed as 〓; the attachment has it.
    """
    return await asyncio.to_thread(_render, content, check_code)


def _render(content: Mapping[str, Any], check_code: str) -> bytes:
    written = canonical_json(content)
    inputs = {
        "content": written,
        "shown": "".join(each if ord(each) in covered() else _GETA for each in written),
        "check_code": check_code,
        "sha256": fingerprint(content),
    }
    # A compiler each, as two threads may not share one; what is costly, the fonts and the parsed template, they share.
    compiler = typst.Compiler(
        _TEMPLATES / f"{content['template_version']}.typ", root=_TEMPLATES, font_paths=fonts(), ignore_system_fonts=True
    )
    # The metadata are dated by the document, not by the day somebody prints it.
    dated = datetime.fromisoformat(content["dated"]).replace(tzinfo=UTC)
    printed = compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards=["a-3a"], timestamp=dated)
    if not isinstance(printed, bytes):
        raise TypeError("a document is printed into memory, as one file")
    return printed
