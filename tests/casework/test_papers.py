"""What is printed: fonts inside, Chinese that can be searched, the same bytes each time, the content attached."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from casework.papers import render
from casework.papers.fonts import FILES, covered
from rules.canonical import canonical_json, fingerprint
from rules.documents import DeliveredPaper, DocumentKind, Remedies
from tests.rules.drafts import printed

CODE = "7K3M-9QXD-0TRW-4HZE"
ROOT = Path(__file__).parents[2]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in read(pdf).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def fonts_of(reader: PdfReader) -> Iterator[DictionaryObject]:
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            yield font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


@pytest.mark.parametrize("kind", DocumentKind)
async def test_every_document_is_printed_with_its_fonts_inside(kind: DocumentKind) -> None:
    content = printed(kind)
    pdf = await render(content, CODE)

    reader = read(pdf)
    descriptors = list(fonts_of(reader))
    assert descriptors
    for descriptor in descriptors:
        assert any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
        assert "+Noto" in descriptor["/FontName"], "a subset of ours"
    assert len(pdf) < 120_000
    text = squeezed(text_of(pdf))
    assert kind.zh in text
    assert content["number"] in text
    assert CODE in text
    assert content["verified_at"] in text
    assert reader.metadata is not None
    assert reader.metadata.title == kind.zh


async def test_everything_that_is_stored_is_printed() -> None:
    content = printed(DocumentKind.CORRECTION_NOTICE)
    text = squeezed(text_of(await render(content, CODE)))

    for block in content["blocks"]:
        said = [block["text"]] if block["form"] == "paragraph" else [cell for row in block["rows"] for cell in row]
        assert [each for each in said if squeezed(each) not in text] == []
    assert "2026年3月6日" in text
    assert content["issuer"] in text


@pytest.mark.parametrize("kind", [DocumentKind.REFUSAL, DocumentKind.HANDOVER_LIST])
async def test_the_same_document_has_the_same_bytes_whenever_and_wherever_it_is_printed(kind: DocumentKind) -> None:
    content = printed(kind)
    pages = await asyncio.gather(*(render(content, CODE) for _ in range(8)))
    program = (
        "import asyncio, hashlib; from casework.papers import render; from rules.documents import DocumentKind;"
        "from tests.rules.drafts import printed;"
        f"print(hashlib.sha256(asyncio.run(render(printed(DocumentKind({kind.value!r})), {CODE!r}))).hexdigest())"
    )
    elsewhere = subprocess.run(  # noqa: S603 - our own interpreter, our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert {hashlib.sha256(pdf).hexdigest() for pdf in pages} == {elsewhere.stdout.strip()}


async def test_another_content_or_code_is_another_file() -> None:
    content = printed(DocumentKind.GRANT)
    pdfs = {
        await render(content, CODE),
        await render(content, CODE[::-1]),
        await render(printed(DocumentKind.GRANT, certificate="2"), CODE),
    }

    assert len(pdfs) == 3


async def test_the_content_as_it_is_fingerprinted_is_attached() -> None:
    content = printed(DocumentKind.GRANT)
    reader = read(await render(content, CODE))

    [attached] = [content for files in reader.attachments.values() for content in files]
    assert attached == canonical_json(content).encode()
    assert hashlib.sha256(attached).hexdigest() == fingerprint(content)


async def test_the_metadata_are_dated_by_the_document() -> None:
    metadata = read(await render(printed(DocumentKind.GRANT), CODE)).metadata

    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.date() == date(2026, 3, 6)


@pytest.mark.parametrize("odd", ["😀", "ئۇيغۇر", "𮧵", "\u200b", "\ufffe", "\x07"])
async def test_a_character_that_no_font_has_does_not_keep_a_document_back(odd: str) -> None:
    content = printed(DocumentKind.OVERDUE_EXPLANATION, reasons=f"张{odd}三")

    reader = read(await render(content, CODE))

    [attached] = [content for files in reader.attachments.values() for content in files]
    assert odd in attached.decode() or odd == "\x07"
    assert "三" in "".join(page.extract_text() for page in reader.pages)


async def test_markup_in_what_people_write_is_printed_as_written() -> None:
    reasons = '#panic("x") $x$ *粗* _斜_ [方] \\ `码` <标签> @ref // 注 "引" =标题'
    text = text_of(await render(printed(DocumentKind.OVERDUE_EXPLANATION, reasons=reasons), CODE))

    assert squeezed(reasons) in squeezed(text)


async def test_the_seal_never_stands_alone_on_a_page() -> None:
    for lines in range(8, 22):
        conditions = "\n".join(f"第{line}项：按图施工。" for line in range(lines))
        pages = read(await render(printed(DocumentKind.GRANT, conditions=conditions), CODE)).pages
        sealed = [squeezed(page.extract_text()) for page in pages if "印" in page.extract_text()]
        assert len(sealed) == 1
        assert "咨询方式" in sealed[0]


async def test_a_long_list_is_printed_to_its_end_and_followed_by_the_seal() -> None:
    content = printed(DocumentKind.WITHDRAWAL, stopped=tuple(f"事项{n:02}" for n in range(70)))
    pages = [squeezed(page.extract_text()) for page in read(await render(content, CODE)).pages]

    assert all(f"事项{n:02}" in "".join(pages) for n in range(70))
    assert "重新提出申请" in pages[-1]
    assert "（印" in pages[-1]


async def test_a_long_table_goes_on_with_its_heading() -> None:
    papers = tuple(DeliveredPaper(f"证件{n}", f"编号{n}") for n in range(60))
    pages = read(await render(printed(DocumentKind.HANDOVER_LIST, results=papers), CODE)).pages

    assert len(pages) > 1
    assert all("文书（证件）名称" in squeezed(page.extract_text()) for page in pages[:2])


def test_the_fonts_are_the_files_of_their_makers() -> None:
    """Noto Serif SC 2.003 and Noto Sans SC 2.004, as github.com/notofonts/noto-cjk has them."""
    found = [hashlib.sha256(path().read_bytes()).hexdigest() for path in FILES]

    assert found == [
        "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
        "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9",
    ]


def test_the_characters_of_rare_names_and_of_the_law_are_there() -> None:
    assert {ord(each) for each in "堃喆䶮㛃𣲗〔〕第条款项①№㎡“”（）《》—…〓"} <= covered()


async def test_remedies_name_both_ways() -> None:
    remedies = Remedies("铁岭市税务局", "铁岭市银州区人民法院")
    content = printed(DocumentKind.REFUSAL, remedies=remedies)
    text = squeezed(text_of(await render(content, CODE)))

    assert "铁岭市税务局申请行政复议" in text
    assert "铁岭市银州区人民法院提起行政诉讼" in text
