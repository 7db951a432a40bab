"""Files by the hash of their content, behind one URL: a folder on a laptop, an object store in production."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from uuid import uuid4

import fsspec

from kit.settings import settings

_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 256 * 1024


class TooLargeError(Exception):
    """More was sent than is taken in."""


class MissingFileError(Exception):
    """The store does not have a file that our tables say it has."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has come in completely and is not kept yet."""

    content: IO[bytes]
    sha256: str
    size: int


@asynccontextmanager
async def incoming(pieces: AsyncIterator[bytes], largest: int) -> AsyncIterator[Incoming]:
    """Take in a stream, hashing it on the way; it is gone when the block ends. Raises TooLargeError."""
    digest, size = hashlib.sha256(), 0
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        async for piece in pieces:
            size += len(piece)
            if size > largest:
                raise TooLargeError
            digest.update(piece)
            content.write(piece)
        content.seek(0)
        yield Incoming(content, digest.hexdigest(), size)


async def keep(file: Incoming) -> bool:
    """Keep a file under its hash; tell whether it is new. Safe to repeat and to do twice at once."""
    return await asyncio.to_thread(_keep, file)


def pieces_of(sha256: str) -> Iterator[bytes]:
    """Read a kept file piece by piece; opened at once, so that what is missing shows first. Raises MissingFileError."""
    system, path = _place(sha256)
    try:
        opened: IO[bytes] = system.open(path, "rb")
    except FileNotFoundError as error:
        raise MissingFileError(sha256) from error
    return _read(opened)


@asynccontextmanager
async def opened(sha256: str) -> AsyncIterator[IO[bytes]]:
    """Have a kept file at hand as a local one. Raises MissingFileError."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as local:
        await asyncio.to_thread(_fetch, sha256, local)
        local.seek(0)
        yield local


def _fetch(sha256: str, local: IO[bytes]) -> None:
    for piece in pieces_of(sha256):
        local.write(piece)


def _read(opened: IO[bytes]) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE):
            yield piece


def _keep(file: Incoming) -> bool:
    system, path = _place(file.sha256)
    if system.exists(path) and system.size(path) == file.size:
        return False
    # Written beside and moved: nobody ever reads half a file under its hash.
    beside = f"{path}.{uuid4().hex}"
    system.makedirs(path.rpartition("/")[0], exist_ok=True)
    file.content.seek(0)
    with system.open(beside, "wb") as kept:
        shutil.copyfileobj(file.content, kept, _PIECE)
    system.mv(beside, path)
    return True


def _place(sha256: str) -> tuple[Any, str]:
    url = settings().files_url or str((settings().data_dir / "files").absolute())
    system, root = fsspec.core.url_to_fs(url)
    return system, f"{root.rstrip('/')}/{sha256[:2]}/{sha256}"
