"""Files that administrators propose: a catalog as a ZIP of its folder, documents about working days as YAML."""

import hmac
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from casework.catalog_file import read_calendar, read_catalog
from portal.errors import ForeignFormError, InvalidRequestError
from portal.pages.administering import AsAdministrator
from portal.pages.visiting import FORM_TOKEN, require_own_origin
from rules.catalog import Catalog
from rules.workdays import CalendarDocument

#: Unpacked, all files of a catalog together; a small ZIP may hold a very large one.
_LARGEST: Final = 8 * 1024 * 1024
_MOST_FILES: Final = 500
_MOST_FIELDS: Final = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form with a file brought."""

    content: bytes
    note: str


async def proposed(request: Request, seen: AsAdministrator) -> Proposal:
    """Read a form with one file, sent from a page of ours. Raises ForeignFormError, and InvalidRequestError."""
    require_own_origin(request)
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as given:
        if not hmac.compare_digest(str(given.get(FORM_TOKEN, "")).encode(), seen.form_token.encode()):
            raise ForeignFormError("页面已过期，请返回刷新后重试")
        file = given.get("file")
        if not isinstance(file, UploadFile) or not file.size:
            raise InvalidRequestError("请选择要上传的文件", errors=[])
        return Proposal(await file.read(), str(given.get("note", "")).strip()[:500].replace("\0", ""))


Proposed = Annotated[Proposal, Depends(proposed)]


def catalog_in(content: bytes) -> Catalog:
    """Read a catalog's folder out of a ZIP. Raises InvalidRequestError for another file, CatalogError as reading does.

    Names in the ZIP decide nothing but which of the catalog's own files it is: nothing is written anywhere else.
    """
    with _folder() as folder:
        for name, text in _members(content):
            path = folder.joinpath(*name.parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        return read_catalog(folder)


def calendar_in(content: bytes) -> tuple[CalendarDocument, ...]:
    """Read documents about working days. Raises CatalogError as reading does."""
    with _folder() as folder:
        path = folder / "calendar.yaml"
        path.write_bytes(content)
        return read_calendar(path)


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="daiban-proposal-") as made:
        yield Path(made)


def _members(content: bytes) -> Iterator[tuple[PurePosixPath, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            files = [each for each in archive.infolist() if not each.is_dir()]
            if len(files) > _MOST_FILES or sum(each.file_size for each in files) > _LARGEST:
                raise InvalidRequestError("压缩包展开后过大", errors=[])
            named = [(each, PurePosixPath(each.filename)) for each in files if each.filename.endswith(".yaml")]
            # A ZIP of the folder itself has its name before every other.
            root = next((path.parent for _, path in named if path.name == "city.yaml"), PurePosixPath())
            for each, path in named:
                inside = path.relative_to(root) if path.is_relative_to(root) else path
                if inside.is_absolute() or ".." in inside.parts or "\\" in each.filename:
                    raise InvalidRequestError("压缩包中的文件名不安全", errors=[])
                # Read no further than was announced: the announcement may be wrong.
                yield inside, archive.open(each).read(_LARGEST)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InvalidRequestError("不是可读取的 ZIP 文件", errors=[]) from error
