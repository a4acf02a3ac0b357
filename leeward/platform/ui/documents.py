"""Documents as accessible PDF: a Typst template of a room, data as words, tagged by PDF/UA.

    tagged_pdf(FOLDER / "letter.typ", {...}) -> bytes

Nothing touches a disk, and nothing is fetched: templates and font are files of the project. The data go in as one JSON
text, so that whatever somebody typed is text in the document and never markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import typst


def tagged_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The document of a template with these data, as a tagged PDF/UA-1 file.

    `for_whom` in the data is handed over by itself: copies that differ in nothing else cost a tenth of the first.

    A sign that the font does not have (an emoji, some scripts) is printed as a question mark: PDF/UA allows no gap.
    Raises typst.TypstError where the template and the data do not fit.
    """
    rest = json.dumps({key: value for key, value in data.items() if key != "for_whom"}, ensure_ascii=False)
    whom = str(data.get("for_whom", ""))
    while True:
        try:
            return _compiled(template, rest, whom)
        except typst.TypstError as problem:
            lacking = _LACKING.search(str(problem))
            signs = set(_SIGN.sub(_sign, lacking[1])) if lacking else set()
            before = rest, whom
            rest, whom = _without(signs, rest), _without(signs, whom)
            if (rest, whom) == before:
                raise


def _without(signs: set[str], text: str) -> str:
    """The text with a question mark for each of these signs, and nothing of what was joined to it or stood over it."""
    found, after = [], False
    for sign in text:
        if after and sign > "\u00ff" and unicodedata.category(sign) in ("Mn", "Mc", "Me", "Cf", "Sk"):
            continue
        after = sign in signs
        found.append("?" if after else sign)
    return "".join(found)


_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_SIGN = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def _sign(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _compiled(template: Path, data: str, whom: str) -> bytes:
    made = typst.compile(
        str(template), root=str(template.parent), format="pdf", pdf_standards=["ua-1"],
        sys_inputs={"data": data, "for_whom": whom},
        # The font is one that Typst carries, so that a document looks the same wherever it is made.
        ignore_system_fonts=True,
    )  # fmt: skip
    return bytes(made)
