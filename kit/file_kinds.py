"""What kind of file something is, told by its content and never by its name."""

import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Final

import puremagic

#: The media type of each kind, as it is served.
MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpeg": "image/jpeg",
        "tiff": "image/tiff",
        "ofd": "application/ofd",
        "zip": "application/zip",
    }
)
_HEAD: Final = 4096
_PREFIXES: Final = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "zip": b"PK\x03\x04"}
_TIFF: Final = (b"II*\0", b"MM\0*")
#: The entry point of an OFD package (GB/T 33190).
_OFD: Final = "OFD.xml"


def kind_of(file: IO[bytes]) -> str | None:
    """Tell which of the known kinds a file is; None for any other. Leaves the file at its beginning."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    try:
        named = {found.mime_type for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return None
    for kind, prefix in _PREFIXES.items():
        # A signature further inside makes a file that other programs take for something else.
        if head.startswith(prefix) and (MEDIA_TYPES[kind] in named or kind in ("zip", "jpeg")):
            return _package(file) if kind == "zip" else kind
    return "tiff" if head.startswith(_TIFF) and "image/tiff" in named else None


def _package(file: IO[bytes]) -> str | None:
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    finally:
        file.seek(0)
    return "ofd" if _OFD in names else "zip"
