"""Documents as accessible PDF: a Typst template beside this file, data as words, tagged by PDF/UA.

    render("minutes", {...}) -> bytes

Nothing touches a disk, and nothing is fetched: the templates and the font are files of the project. The data go in as
one JSON text, so that whatever somebody typed is text in the document and never markup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent


def render(name: str, data: dict[str, Any]) -> bytes:
    """The document of that name (`<name>.typ` here) with these data, as a tagged PDF/UA-1 file.

    Raises typst.TypstError where the template and the data do not fit.
    """
    made = typst.compile(
        str(FOLDER / f"{name}.typ"), root=str(FOLDER), format="pdf", pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data)},
        # The font is one that Typst carries, so that a document looks the same wherever it is made.
        ignore_system_fonts=True,
    )  # fmt: skip
    return bytes(made)
