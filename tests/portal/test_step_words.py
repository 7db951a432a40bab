"""Step records have names on pages: nobody reads histories in the words of the code."""

import re
from pathlib import Path

import pytest

from portal.pages.step_words import step_name
from rules.daily import COUNTED
from rules.notifying import TELLINGS

ROOT = Path(__file__).parents[2]
_KIND = re.compile(r'(?:\bStep|\.record|_step|\bentered|\bdeeds?\.\w+)\(\s*(?:\w+,\s*)?"([a-z_]+\.[a-z_]+)"')


def test_every_step_that_the_office_records_has_a_chinese_name() -> None:
    sources = (path.read_text() for folder in ("rules", "casework") for path in (ROOT / folder).rglob("*.py"))
    kinds = {kind for source in sources for kind in _KIND.findall(source)} | set(TELLINGS) | set(COUNTED)
    assert len(kinds) > 100
    assert sorted(kind for kind in kinds if step_name(kind, "zh") == kind) == []


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("decision.granted", "准予许可", "decision granted"),
        ("appointment.cancelled", "预约已取消", "appointment cancelled"),
        ("notice.correction", "告知：补正告知", "notice correction"),
        ("of_another.version", "of_another.version", "of another version"),
    ],
)
def test_a_step_is_named_in_the_language_of_the_page(kind: str, zh: str, en: str) -> None:
    assert (step_name(kind, "zh"), step_name(kind, "en")) == (zh, en)
