"""The fonts that documents are set in, locked with the dependencies: other fonts would be other bytes."""

import struct
from functools import cache
from pathlib import Path
from typing import Final

import typst
from pylopdf_fonts_zh_cn import sans_path, serif_path

#: 宋体 for the text, 黑体 for headings.
FILES: Final = (serif_path, sans_path)


@cache
def fonts() -> typst.Fonts:
    """Find our fonts and no others, whatever the machine has installed."""
    folders: list[Path] = list(dict.fromkeys(path().parent for path in FILES))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def covered() -> frozenset[int]:
    """Return the code points that all our fonts can show."""
    return frozenset.intersection(*(_code_points(path().read_bytes()) for path in FILES))


def _code_points(font: bytes) -> frozenset[int]:
    """Read an OpenType font's character map: subtable format 12, groups of first and last code point and glyph."""
    (tables,) = struct.unpack_from(">4xH", font)
    records = (struct.unpack_from(">4s4xI4x", font, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, offset in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">2xH", font, start)
    offsets = (struct.unpack_from(">4xI", font, start + 4 + 8 * n)[0] for n in range(subtables))
    full = next(start + offset for offset in offsets if struct.unpack_from(">H", font, start + offset) == (12,))
    (groups,) = struct.unpack_from(">12xI", font, full)
    spans = (struct.unpack_from(">II4x", font, full + 16 + 12 * n) for n in range(groups))
    return frozenset(point for first, last in spans for point in range(first, last + 1))
