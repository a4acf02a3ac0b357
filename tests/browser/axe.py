"""What axe finds on a page as it now is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What it found and nothing else: all that was in order is many times that, and has to be carried out of the browser.
LOOK = """async rules => (await axe.run(document, {
  resultTypes: ["violations"], runOnly: {type: "tag", values: rules},
})).violations"""


@cache
def _axe() -> str:
    return AXE.read_text()


def found_by_axe(page: Page) -> list[str]:
    """Each problem with where it is, in words; none where all is well."""
    page.evaluate(_axe())
    return [
        f"{item['id']}: {item['help']} {[node['target'] for node in item['nodes']]}"
        for item in page.evaluate(LOOK, RULES)
    ]
