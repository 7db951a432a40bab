"""What axe-core finds wrong with a page."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(({id, help, nodes}) => ({id, help, where: nodes.slice(0, 5).map(node => node.html.slice(0, 200))}))"""

_STICKING_OUT = """() => { const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth <= clientWidth ? [] : [`${scrollWidth - clientWidth} pixels too wide`,
    ...[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > clientWidth + .5)
      .slice(0, 5).map(each => each.outerHTML.slice(0, 120))] }"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.js").read_text()


def serious_violations(page: Page) -> list[dict[str, Any]]:
    """List the rules of accessibility that a page breaks seriously, with the elements that do."""
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return found


def sticking_out(page: Page) -> list[str]:
    """List what makes a page wider than the window, so that a phone would scroll sideways."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found
