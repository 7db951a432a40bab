"""The scanner: what ClamAV says over its socket, and what it means that it says nothing."""

import asyncio
import io
from pathlib import Path

import pytest

from kit.scanning import Finding, scan
from kit.settings import settings

CONTENT = b"%PDF-1.7 " * 50_000


async def clamd(answer: bytes, seen: list[bytes], socket: Path) -> asyncio.Server:
    """Read one INSTREAM as clamd does and give the answer."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        body = b""
        while length := int.from_bytes(await reader.readexactly(4)):
            body += await reader.readexactly(length)
        seen.append(body)
        writer.write(answer)
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(talk, socket)


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (b"stream: OK\0", Finding.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", Finding.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Finding.QUARANTINED),
        (b"", Finding.QUARANTINED),
    ],
)
async def test_clamd_sees_the_whole_file_and_its_answer_is_understood(
    answer: bytes, finding: Finding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    server = await clamd(answer, seen, tmp_path / "s")
    monkeypatch.setenv("DAIBAN_SCANNER", f"clamd:{tmp_path / 's'}")
    settings.cache_clear()
    file = io.BytesIO(CONTENT)
    async with server:
        assert await scan(file) is finding
    assert seen == [CONTENT]
    assert file.tell() == 0
    settings.cache_clear()


@pytest.mark.parametrize("address", ["clamd:/nowhere/clamd.sock", "clamd://127.0.0.1:1", "command:/nowhere/scanner"])
async def test_a_scanner_that_is_away_leaves_the_file_in_quarantine(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_SCANNER", address)
    settings.cache_clear()
    assert await scan(io.BytesIO(CONTENT)) is Finding.QUARANTINED
    settings.cache_clear()
