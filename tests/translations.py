"""Gathers what public pages say, and compiles what was translated: `python -m tests.translations`.

The words of pages and questions are in files of their own; this is for the sentences in templates and code around
them. Only what a visitor can meet is gathered: staff pages are in English.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, extract, mofile, pofile

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "leeward" / "platform" / "ui" / "locale"
UI, DOOR = ROOT / "leeward" / "platform" / "ui", ROOT / "leeward" / "response" / "front_door"
TEMPLATES = [
    *(UI / "templates" / "ui" / name for name in (
        "base.jinja", "public.jinja", "form_page.jinja", "macros.jinja", "parts/languages.jinja",
        "parts/public_footer.jinja",
    )),
    *sorted((UI / "templates" / "ui" / "errors").glob("*.jinja")),
    *sorted((DOOR / "templates" / "front_door" / "public").glob("*.jinja")),
]  # fmt: skip
CODE = [
    UI / "filters.py",
    *sorted((UI / "forms").glob("*.py")),
    *sorted((DOOR / "questions").glob("*.py")),
    DOOR / "forms" / "receipts.py",
    *(DOOR / "views" / f"{name}.py" for name in ("common", "public", "stepping", "asking", "referring")),
]
EXTENSIONS = "jinja2.ext.do,jinja2.ext.loopcontrols"
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "gettext_lazy": None, "_": None}
# A fixed one: the file changes only when words do.
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
# Words that a form puts its own into: "Enter {what}". They are class attributes, which no tool can see.
HIDDEN = ("Enter {what}", "Choose {what}", "or")


def gathered() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """(where, sentence) of everything that a visitor can meet."""
    for file in TEMPLATES:
        options = {"extensions": EXTENSIONS, "newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
        for _, words, _, _ in extract.extract("jinja2.ext:babel_extract", _open(file), KEYWORDS, (), options):
            yield str(file.relative_to(ROOT)), words
    for file in CODE:
        for _, words, _, _ in extract.extract("python", _open(file), KEYWORDS):
            yield str(file.relative_to(ROOT)), words
    for words in HIDDEN:
        yield "leeward/platform/ui/forms", words


def _open(file: Path) -> BytesIO:
    return BytesIO(file.read_bytes())


def template() -> Catalog:
    """What there is to translate, in a stable order."""
    catalog = Catalog(project="Leeward", charset="utf-8", creation_date=MOMENT)
    for where, words in gathered():
        catalog.add(words, locations=[(where, None)])  # type: ignore[list-item]  # a file without a line: lines move
    return catalog


def po(language: str) -> Path:
    """The file that translators edit."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """What was translated so far."""
    with po(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The file that Django reads."""
    out = BytesIO()
    mofile.write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    """Bring each language's file to what the pages say, compile it, and say what is missing."""
    missing = 0
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        language = folder.name
        catalog = read(language) if po(language).exists() else Catalog(locale=language)
        catalog.update(template(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = MOMENT
        with po(language).open("wb") as file:
            pofile.write_po(file, catalog, sort_output=True, width=110, omit_header=False)
        po(language).with_suffix(".mo").write_bytes(compiled(catalog))
        left = [message.id for message in catalog if message.id and not message.string]
        missing += len(left)
        print(f"{language}: {len(catalog)} sentences, {len(left)} not translated")
        for words in left:
            print(f"  {words!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
