"""The public pages' words: Markdown files, a folder a language, that a partnership edits and translates.

Owns reading, checking and drawing them. Never fetches anything, and lets no HTML through: a page can hold headings,
paragraphs, lists, tables and links, and nothing that could load from elsewhere.
"""

from leeward.response.front_door.content.drawing import draw
from leeward.response.front_door.content.pages import (
    FACTS,
    GROUPS,
    ContentError,
    Door,
    Page,
    load_pages,
    page,
    pages_of,
    problems_of_folder,
)

__all__ = [
    "FACTS",
    "GROUPS",
    "ContentError",
    "Door",
    "Page",
    "draw",
    "load_pages",
    "page",
    "pages_of",
    "problems_of_folder",
]
