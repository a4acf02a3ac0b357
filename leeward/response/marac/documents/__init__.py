"""Documents of MARACs as accessible PDF: the templates beside this file.

render("minutes", {...}) -> bytes
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from leeward.platform.ui.documents import tagged_pdf

FOLDER = Path(__file__).parent


def render(name: str, data: dict[str, Any]) -> bytes:
    """The document of that name (`<name>.typ` here) with these data (see `tagged_pdf`)."""
    return tagged_pdf(FOLDER / f"{name}.typ", data)
