"""Reading content files. Everything wrong with them is said at once, by file, in words that help to mend it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from leeward.platform.common.yaml_files import LINE, read_yaml
from leeward.response.front_door.content.markdown import seen_in

LOG = logging.getLogger("leeward.front_door")
FOLDER = Path(__file__).parent
ENGLISH = "en"

# Where a page is listed. `none`: reached from elsewhere, not listed.
GROUPS = ("now", "understand", "options", "you", "us", "none")
# What a page may name as {{name}}: facts of the partnership, from its settings.
FACTS = (
    "partnership",
    "local_number",
    "local_hours",
    "children_number",
    "adults_number",
    "privacy_contact",
    "accessibility_contact",
    "hours_urgent",
    "hours_other",
)
# Of these, what follows the targets of the partnership: "4 working hours", "24 hours".
HOURS = ("hours_urgent", "hours_other")
# Where a page may send somebody apart from other pages: the journeys.
JOURNEYS = ("ask", "refer", "status")

FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
SLUG = re.compile(r"[-a-zA-Z0-9_]+")  # what an address of ours takes
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NEEDED = ("title", "tab", "description", "order", "group", "reviewed", "checked_by", "check")
ALLOWED = (*NEEDED, "nav", "translation", "doors")
WORDS = ("title", "tab", "description", "checked_by", "nav", "translation")
DOOR = ("to", "title", "text")


class ContentError(ValueError):
    """Content files cannot be used. `problems` says everything that is wrong with them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The public pages cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))


@dataclass(frozen=True)
class Door:
    """A large choice on a page: where it leads, its title, a line about it."""

    to: str
    title: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page in one language.

    `title` is the heading. `tab` is the neutral title of the browser's tab and history, which must not say why
    somebody is here. `check` lists what the partnership has to confirm before the page is opened to the public.
    """

    slug: str
    language: str
    title: str
    tab: str
    description: str
    order: int
    group: str
    reviewed: date
    checked_by: str
    check: tuple[str, ...]
    nav: str
    translation: str
    doors: tuple[Door, ...]
    body: str


def load_pages() -> Mapping[tuple[str, str], Page]:
    """Every page of every language, by language and slug: ours, and in their place the partnership's own.

    The partnership's files are read when the program starts. One with a mistake is left out, and our page of that name
    stands there: `leeward doctor` says what to mend. Raises ContentError where our own are wrong.
    """
    return _load(FOLDER, own_folder())


@lru_cache(maxsize=4)
def _load(folder: Path, own: Path | None) -> Mapping[tuple[str, str], Page]:
    found, problems = _read(folder)
    if problems:
        raise ContentError(problems)
    if own is None:
        return found
    merged, wrong = _with_own(found, own)
    if wrong:
        LOG.error(
            "Content files of the partnership were left out: leeward doctor says why", extra={"files": len(wrong)}
        )
    return merged


def own_folder() -> Path | None:
    """The folder of the partnership's own pages (setting LEEWARD_CONTENT), a folder a language, as ours is."""
    return Path(settings.CONTENT) if settings.CONTENT else None


def problems_of_folder(folder: Path = FOLDER) -> list[str]:
    """What is wrong with a folder of content files that stands alone."""
    return _read(folder)[1]


def problems_of_own(own: Path) -> list[str]:
    """What is wrong with the partnership's own content files, for `leeward doctor`."""
    if not own.is_dir():
        return [f"there is no folder {own}."]
    known = {code.partition("-")[0] for code, _ in settings.LANGUAGES}
    problems = [
        f"{file.parent.name}/{file.name}: this installation has no pages in “{file.parent.name}”, but in"
        f" {', '.join(sorted(known))} (LEEWARD_LANGUAGES adds one)."
        for file in _files(own)
        if file.parent.name not in known
    ]
    strange = [
        f"{path.name}: pages lie in a folder a language, like en/{path.stem}.md." for path in sorted(own.glob("*.md"))
    ]
    return [*strange, *problems, *(problem for _, problem in _own_problems(_read(FOLDER)[0], own))]


def own_pages(own: Path) -> int:
    """How many pages the partnership has of its own."""
    return sum(1 for _ in _files(own))


def _with_own(ours: dict[tuple[str, str], Page], own: Path) -> tuple[dict[tuple[str, str], Page], set[tuple[str, str]]]:
    """Our pages with the partnership's in their place, and which of those have a mistake and were left out."""
    wrong = {key for key, _ in _own_problems(ours, own)}
    merged = dict(ours)
    for file in _files(own):
        key = (file.parent.name, file.stem)
        if key not in wrong:
            made, _ = _page_of(file)
            if made is not None:
                merged[key] = made
    return merged, wrong


def _own_problems(ours: dict[tuple[str, str], Page], own: Path) -> list[tuple[tuple[str, str], str]]:
    """(page, what is wrong with it) of each of the partnership's own files, in itself and beside ours."""
    found: list[tuple[tuple[str, str], str]] = []
    merged = dict(ours)
    for file in _files(own):
        key = (file.parent.name, file.stem)
        made, wrong = _page_of(file)
        found += [(key, f"{key[0]}/{file.name}: {problem}") for problem in wrong]
        if made is None:
            continue
        if key[1] == "home" and not made.doors:
            found.append((key, f"{key[0]}/{file.name}: the first page needs doors."))
        merged[key] = made
    found += list(_across(merged))
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.md"))


def _page_of(file: Path) -> tuple[Page | None, list[str]]:
    """The page of a file, or what is wrong with it. Whatever the file holds, it is said, and no page falls with it."""
    if not SLUG.fullmatch(file.stem):
        return None, ["its name is the address of the page: letters from a to z, digits and dashes, like housing.md."]
    try:  # what editors on Windows put in front of the first letter is no mistake
        return _parse(file.read_text(encoding="utf-8-sig", errors="replace"), file.parent.name, file.stem)
    except OSError as problem:
        return None, [f"it cannot be read: {problem.strerror or problem}."]
    except (TypeError, AttributeError, ValueError, RecursionError) as problem:
        return None, [f"it cannot be read: {problem}."]


def page(slug: str, language: str) -> Page | None:
    """A page in a language, else in English (its `language` says which); None where there is none."""
    pages = load_pages()
    return pages.get((language, slug)) or pages.get((ENGLISH, slug))


def pages_of(group: str, language: str) -> list[Page]:
    """The pages of a group, in their order."""
    slugs = [slug for lang, slug in load_pages() if lang == ENGLISH]
    found = [there for slug in slugs if (there := page(slug, language)) is not None and there.group == group]
    return sorted(found, key=lambda item: item.order)


def _read(folder: Path) -> tuple[dict[tuple[str, str], Page], list[str]]:
    found: dict[tuple[str, str], Page] = {}
    problems: list[str] = []
    for file in _files(folder):
        language, slug = file.parent.name, file.stem
        made, wrong = _page_of(file)
        problems += [f"{language}/{file.name}: {problem}" for problem in wrong]
        if made is not None:
            found[language, slug] = made
    problems += [problem for _, problem in _across(found)]
    return found, problems


def _parse(text: str, language: str, slug: str) -> tuple[Page | None, list[str]]:
    if "\ufffd" in text:
        return None, ["it holds letters that cannot be read: save it as UTF-8."]
    parts = FRONT.match(text.replace("\r\n", "\n"))
    if parts is None:
        return None, ["it must begin with a line of three dashes, then title and the rest, then three dashes again."]
    try:
        front = read_yaml(parts[1])
    except yaml.YAMLError as problem:
        return None, [f"what stands between the dashes cannot be read: {_yaml_words(problem)}."]
    if not isinstance(front, dict):
        return None, ["what stands between the dashes must be names with values."]
    problems = list(_front_problems(front, language))
    problems += _body_problems(parts[2])
    if problems:
        return None, problems
    return _made(front, parts[2], language, slug), []


def _made(front: dict[str, Any], body: str, language: str, slug: str) -> Page:
    return Page(
        slug=slug,
        language=language,
        title=front["title"],
        tab=front["tab"],
        description=front["description"],
        order=front["order"],
        group=front["group"],
        reviewed=date.fromisoformat(front["reviewed"]),
        checked_by=front["checked_by"],
        check=tuple(front["check"]),
        nav=front.get("nav", front["title"]),
        translation=front.get("translation", ""),
        doors=tuple(Door(door["to"], door["title"], door["text"]) for door in front.get("doors", [])),
        body=body.strip(),
    )


def _front_problems(front: dict[str, Any], language: str) -> Iterator[str]:
    for name in NEEDED:
        if name not in front:
            yield f"{name} is missing."
    for name in front:
        if name not in (*ALLOWED, LINE):
            yield f"{name} means nothing here."
    for name in WORDS:
        said = front.get(name, "words")
        if not isinstance(said, str) or (name in NEEDED and not said.strip()):
            yield f"{name} must be words; put a number into quotes."
    if type(front.get("order", 0)) is not int:
        yield "order must be a whole number."
    if front.get("group", "none") not in GROUPS:
        yield f"group must be one of {', '.join(GROUPS)}."
    if not _is_day(front.get("reviewed", "2000-01-01")):
        yield "reviewed must be a date like 2026-11-22."
    check = front.get("check", [])
    if not isinstance(check, list) or not all(isinstance(one, str) for one in check):
        yield "check must be a list of what to confirm; write [] when there is nothing."
    if language != ENGLISH and not front.get("translation"):
        yield "translation must say who translated this, and who has checked it."
    yield from _door_problems(front.get("doors", []))


def _is_day(said: object) -> bool:
    if not isinstance(said, str) or not DAY.fullmatch(said):
        return False
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _door_problems(doors: object) -> Iterator[str]:
    if not isinstance(doors, list):
        yield "doors must be a list; leave the line out where there are none."
        return
    for door in doors:
        if not isinstance(door, dict) or not all(isinstance(door.get(name), str) for name in DOOR):
            yield "each of doors needs to, title and text."
        elif not door["to"].startswith(("page:", "go:")):
            yield f"the door to {door['to']} must begin with page: or go:."


def _body_problems(body: str) -> Iterator[str]:
    seen = seen_in(body)
    for name in seen.facts:
        if name not in FACTS:
            yield f"{{{{{name}}}}} is not known; the partnership's settings give {', '.join(FACTS)}."
    if seen.has_title:
        yield "the title is the only heading of its size: begin headings in the text with ## or ###."
    for target in seen.links:
        if not target.startswith(("page:", "go:", "tel:", "https:")):
            yield f"the link {target} must begin with page:, go:, tel: or https:."
    for source in seen.pictures:
        yield f"the picture {source} would not be shown: pages hold words alone."


def _across(found: Mapping[tuple[str, str], Page]) -> Iterator[tuple[tuple[str, str], str]]:
    """Links that lead nowhere, and pages that some language lacks in English: which page, and what is wrong."""
    slugs = {slug for language, slug in found if language == ENGLISH}
    for (language, slug), made in found.items():
        where = f"{language}/{slug}.md"
        if slug not in slugs:
            yield (language, slug), f"{where}: there is no English page of that name, so nobody would find it."
        for target in [*seen_in(made.body).links, *(door.to for door in made.doors)]:
            kind, _, name = target.partition(":")
            if kind == "page" and name not in slugs:
                yield (language, slug), f"{where}: the link page:{name} leads to a page that is not there."
            if kind == "go" and name not in JOURNEYS:
                yield (language, slug), f"{where}: the link go:{name} must be one of {', '.join(JOURNEYS)}."


def _yaml_words(problem: yaml.YAMLError) -> str:
    mark = getattr(problem, "problem_mark", None)
    place = f"line {mark.line + 2}: " if mark else ""
    return f"{place}{getattr(problem, 'problem', problem)}. Words with a colon in them need quotes"
