"""Documents as accessible PDF: a Typst template of a room, data as words, tagged by PDF/UA.

    tagged_pdf(FOLDER / "letter.typ", {...}) -> bytes

Nothing touches a disk, and nothing is fetched: templates and font are files of the project. The data go in as one JSON
text, so that whatever somebody typed is text in the document and never markup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst


def tagged_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The document of a template with these data, as a tagged PDF/UA-1 file.

    `for_whom` in the data is handed over by itself: copies that differ in nothing else cost a tenth of the first.

    Raises typst.TypstError where the template and the data do not fit.
    """
    rest = {key: value for key, value in data.items() if key != "for_whom"}
    made = typst.compile(
        str(template), root=str(template.parent), format="pdf", pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(rest), "for_whom": str(data.get("for_whom", ""))},
        # The font is one that Typst carries, so that a document looks the same wherever it is made.
        ignore_system_fonts=True,
    )  # fmt: skip
    return bytes(made)
