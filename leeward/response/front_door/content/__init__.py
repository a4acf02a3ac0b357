"""The public pages' words: Markdown files, a folder a language, that a partnership edits and translates.

Owns reading, checking and drawing them. Never fetches anything, and lets no HTML through: a page can hold headings,
paragraphs, lists, tables and links, and nothing that could load from elsewhere.
"""

from leeward.response.front_door.content.drawing import draw
from leeward.response.front_door.content.pages import (
    FACTS,
    GROUPS,
    HOURS,
    ContentError,
    Door,
    Page,
    load_pages,
    own_folder,
    own_pages,
    page,
    pages_of,
    problems_of_folder,
    problems_of_own,
)

__all__ = [
    "FACTS",
    "GROUPS",
    "HOURS",
    "ContentError",
    "Door",
    "Page",
    "draw",
    "load_pages",
    "own_folder",
    "own_pages",
    "page",
    "pages_of",
    "problems_of_folder",
    "problems_of_own",
]
