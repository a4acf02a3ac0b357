"""What the README and the documentation say exists: files, commands, pictures, pages."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from leeward.config.cli import main
from tests.pictures import FOLDER, LARGEST, PICTURES
from tests.plugin import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http", "mailto", "page:", "go:", "tel:")):  # page: and go: are of the content
            assert (page.parent / target).exists(), target


def test_every_command_that_is_named_is_there() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for name in set(re.findall(r"`(?:PORT=\d+ )?make ([a-z]+)", text)):
        assert name in targets, f"make {name}"
    for name in set(re.findall(r"`(?:bin/)?leeward ([a-z]+)", text)):
        assert name in main.commands, f"leeward {name}"


def test_pictures_are_those_that_the_command_takes_and_small() -> None:
    there = {file.stem: file for file in FOLDER.glob("*.png")}
    assert set(there) == {name for name, *_ in PICTURES}, "run `make pictures`"
    for name, _who, width, height, _go in PICTURES:
        content = there[name].read_bytes()
        assert len(content) <= LARGEST, f"{name}: {len(content) // 1024} kB"
        assert struct.unpack("!II", content[16:24]) == (width, height), f"{name} is not what `make pictures` takes now"
