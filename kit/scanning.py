"""Looking for viruses in a file: ClamAV over its socket, or a command; what it finds, or that it could not look."""

import asyncio
import shlex
from enum import StrEnum
from typing import IO, Final

from kit.logs import get_logger
from kit.settings import settings

_PIECE: Final = 128 * 1024
_SECONDS: Final = 120.0
log = get_logger("files")


class Finding(StrEnum):
    """What is known of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    #: The scanner did not answer: nobody gets the file before it has.
    QUARANTINED = "quarantined"
    #: This installation has no scanner.
    UNSCANNED = "unscanned"


async def scan(file: IO[bytes]) -> Finding:
    """Look at a file; trouble with the scanner is a finding, not an error. Leaves the file at its beginning."""
    address = settings().scanner
    if address is None:
        return Finding.UNSCANNED
    file.seek(0)
    try:
        async with asyncio.timeout(_SECONDS):
            if address.startswith("command:"):
                return await _command(address.removeprefix("command:"), file)
            return await _clamd(address.removeprefix("clamd:"), file)
    except (OSError, TimeoutError, ValueError) as error:
        log.warning("scanner_unavailable", error=f"{type(error).__name__}: {error}")
        return Finding.QUARANTINED
    finally:
        file.seek(0)


async def _clamd(address: str, file: IO[bytes]) -> Finding:
    """Ask clamd by its command INSTREAM: pieces with their length before them, an empty one last."""
    if address.startswith("//"):
        host, _, port = address.removeprefix("//").rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    else:
        reader, writer = await asyncio.open_unix_connection(address)
    try:
        writer.write(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            writer.write(len(piece).to_bytes(4) + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
        answer = (await reader.read(4096)).rstrip(b"\0\n").decode("utf-8", "replace")
    finally:
        writer.close()
    if answer.endswith(" FOUND"):
        log.warning("file_infected", answer=answer)
        return Finding.INFECTED
    if answer.endswith(": OK"):
        return Finding.CLEAN
    raise ValueError(f"clamd answered {answer!r}")


async def _command(command: str, file: IO[bytes]) -> Finding:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _feed(process, file)
        code = await process.wait()
    except BaseException:
        if process.returncode is None:
            process.kill()
        raise
    if code not in (0, 1):
        raise ValueError(f"the scanner ended with {code}")
    return Finding.INFECTED if code else Finding.CLEAN


async def _feed(process: asyncio.subprocess.Process, file: IO[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 - asked for above
    try:
        while piece := file.read(_PIECE):
            process.stdin.write(piece)
            await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return  # it has seen enough
    process.stdin.close()
