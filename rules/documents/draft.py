"""A document before it has a number: who tells whom what, checked for what the law requires."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.catalog import LimitUnit
from rules.documents.kinds import DocumentKind
from rules.errors import DocumentIncompleteError
from rules.workdays import SHANGHAI

_ARTICLE: Final = re.compile(r"第\s*[〇零一二三四五六七八九十百千\d]+\s*条")
#: A date as our own messages write it, with the spaces around it.
_ISO_DATE: Final = re.compile(r"\s?(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])\s?")
_UNITS: Final = {LimitUnit.WORKING_DAY: "个工作日", LimitUnit.NATURAL_DAY: "日", LimitUnit.MONTH: "个月"}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a document is about, and which office (full name, 开原市住房和城乡建设局) issues it."""

    #: Number of the application (代办件).
    application: str
    project: str
    applicant: str
    issuer: str
    credit_code: str = ""
    #: Code and name of the approval item; both None when the whole application is meant.
    item: str | None = None
    item_name: str | None = None
    #: Where the applicant can ask: address, telephone.
    enquiries: str = ""

    @property
    def request(self) -> str:
        """Say what was applied for: ``“清河路厂房”项目的建筑工程施工许可``."""
        return f"“{self.project}”项目的{self.item_name or '全部审批事项'}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a document."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, its first line indented by two characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are the columns' shares of the line."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Particulars:
    """A form: labels and what is entered beside them."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines that people sign by hand, each with its date."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Table | Particulars | Signatures


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that has all the law requires and lacks only number and date."""

    kind: DocumentKind
    matter: Matter
    addressee: str
    blocks: tuple[Block, ...]
    legal_basis: tuple[str, ...] = ()
    #: The issuer's own number for it (发文字号), when there is one.
    reference: str | None = None
    #: Ends with the issuer's name, place of the seal and date (行政许可法 art. 32); else with signatures only.
    sealed: bool = True


def demand(kind: DocumentKind, matter: Matter, required: Mapping[str, object], *, of_item: bool = True) -> None:
    """Insist on the matter and on everything required, by its Chinese name. Raises DocumentIncompleteError."""
    given = {
        "代办件编号": matter.application,
        "项目名称": matter.project,
        "申请人": matter.applicant,
        "发文机关": matter.issuer,
        **({"审批事项": matter.item and matter.item_name} if of_item else {}),
        **required,
    }
    missing = [name for name, value in given.items() if not _is_present(value)]
    if missing:
        message = f"《{kind.zh}》缺少必备内容：{'、'.join(missing)}"
        raise DocumentIncompleteError(message, kind=kind.value, missing=missing)


def cited(*texts: str) -> str:
    """Return the texts joined when each names an article (第…条), else nothing: for ``demand``."""
    return "；".join(texts) if texts and all(_ARTICLE.search(text) for text in texts) else ""


def day(when: date) -> str:
    """Write a civil date in Chinese: ``2026年3月2日``; an instant gives its date in Asia/Shanghai."""
    on = when.astimezone(SHANGHAI).date() if isinstance(when, datetime) else when
    return f"{on.year}年{on.month}月{on.day}日"


def minute(when: datetime) -> str:
    """Write an instant in Chinese at Asia/Shanghai: ``2026年3月2日9时05分``."""
    local = when.astimezone(SHANGHAI)
    return f"{day(local)}{local.hour}时{local.minute:02}分"


def span(days: int, unit: LimitUnit = LimitUnit.WORKING_DAY) -> str:
    """Write a period or limit: ``20个工作日``, ``60日``; 0 is at once."""
    return f"{days}{_UNITS[unit]}" if days else "即时办结"


_DIGITS: Final = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write a number below a hundred in Chinese: 十, 十五, 六十; others in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def numbered(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Put the serial number before each row of a table."""
    return tuple((str(serial), *row) for serial, row in enumerate(rows, start=1))


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Make a paragraph of each line that says something, its dates in Chinese."""
    return tuple(Paragraph(_ISO_DATE.sub(_in_chinese, line.strip())) for line in text.splitlines() if line.strip())


def _in_chinese(found: re.Match[str]) -> str:
    year, month, of_month = map(int, found.groups())
    return f"{year}年{month}月{of_month}日"


def ask_at(matter: Matter) -> tuple[Paragraph, ...]:
    """Say where the applicant can ask, when that is known."""
    return (Paragraph(f"咨询方式：{matter.enquiries}。"),) if matter.enquiries else ()


def _is_present(value: object) -> bool:
    match value:
        case str():
            return bool(value.strip())
        case bool():
            return value
        case int():
            return value > 0
        case tuple() | list():
            return bool(value) and all(_is_present(each) for each in value)
        case _:
            return value is not None
