"""Files that people send from a page: read after it is known who sends them, kept one by one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile

from casework import files
from casework.signing_in import Visit
from kit import storage
from kit.settings import settings
from portal.errors import FileTooLargeError
from portal.pages.visiting import require_form_token, require_own_origin

_MOST_FILES: Final = 100
_MOST_FIELDS: Final = 300
_PIECE: Final = 64 * 1024
#: A file field is named after the material it brings.
PREFIX: Final = "file:"


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody sent: the fields, and each file by the material it brings."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, UploadFile]


@asynccontextmanager
async def uploaded(request: Request, seen: Visit) -> AsyncIterator[Upload]:
    """Read a form with files from somebody whom ``VisitingFirst`` let in. Raises ForeignFormError for one not ours."""
    require_own_origin(request)
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as given:
        fields: dict[str, list[str]] = {}
        found: dict[str, UploadFile] = {}
        for name, value in given.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
            elif value.filename and name.startswith(PREFIX):
                found[name.removeprefix(PREFIX)] = value
        require_form_token(fields, seen)
        yield Upload(fields, found)


async def keep(file: UploadFile) -> files.Kept:
    """Keep the content of a file. Raises FileTooLargeError, FileKindRefusedError, FileInfectedError."""
    try:
        async with files.taken_in(_pieces(file)) as incoming:
            return await files.keep(incoming)
    except storage.TooLargeError as error:
        largest = settings().file_bytes
        raise FileTooLargeError(f"文件超过 {largest // 1024} KiB", largest=largest) from error


def name_of(file: UploadFile) -> str:
    """Return what the file is called: the last part, without what could be no name."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200] or "file"


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
