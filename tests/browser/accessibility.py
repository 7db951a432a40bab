"""What axe-core finds wrong with a page."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(({id, help, nodes}) => ({id, help, where: nodes.slice(0, 5).map(node => node.html.slice(0, 200))}))"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.js").read_text()


def serious_violations(page: Page) -> list[dict[str, Any]]:
    """List the rules of accessibility that a page breaks seriously, with the elements that do."""
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than the window: a phone would scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
