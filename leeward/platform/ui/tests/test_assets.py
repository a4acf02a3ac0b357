"""What is sent to a browser: ours, small, and with nothing of the government's looks in it (T-4)."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from django.test import Client

from leeward.platform.ui import build

TOKENS = build.ASSETS / "scss" / "_tokens.scss"


def test_no_crown_no_transport_font_no_government_favicon(built: Path) -> None:
    files = [file for file in built.rglob("*") if file.is_file()]
    assert len(files) >= 8
    for file in files:
        assert not re.search(r"crown|crest|govuk-(icon|opengraph)|favicon|light-94a07e06a1|bold-b542beb274", file.name)
        text = file.read_bytes().lower()
        for mark in (b"gds transport", b"gdstransport", b"m33.1,9.8c.2-.1.3-.3.5-.5l4.6,2.4", b"crown"):
            assert mark not in text, f"{mark!r} in {file.name}"
    assert "url(http" not in "".join(file.read_text() for file in built.glob("css/*.css"))


def test_a_public_page_weighs_little(built: Path) -> None:
    page = len(Client().get("/gallery/public").content)
    scripts = sum((built / "js" / name).stat().st_size for name in ("early.js", "public.js"))
    styles = (built / "css" / "public.css").stat().st_size
    font = (built / "fonts" / "atkinson-next-latin.woff2").stat().st_size
    icon = (built / "images" / "blank.svg").stat().st_size
    assert scripts < 30 * 1024
    # Uncompressed, so that it holds whatever stands in front of the server.
    assert page + scripts + styles + font + icon < 150 * 1024


def test_nothing_is_built_when_nothing_changed(built: Path) -> None:
    begun = time.perf_counter()
    assert build.build() is False
    assert time.perf_counter() - begun < 0.3


def test_scripts_keep_nothing_in_the_browser(built: Path) -> None:
    for script in built.glob("js/*.js"):
        text = script.read_text()
        for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "http://", "https://"):
            assert word not in text, f"{word} in {script.name}"


def palette(name: str) -> dict[str, str]:
    block = TOKENS.read_text().partition(f"${name}: (")[2].partition(");")[0]
    return dict(re.findall(r'"?([\w-]+)"?: (#[0-9a-f]{6})', block))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


TONES = ("high", "medium", "standard", "child", "info", "plain")
TEXT = [
    *[(ink, ground) for ink in ("ink", "muted", "link", "error") for ground in ("paper", "card")],
    ("ink", "field"),
    ("on-deep", "deep"),
    ("on-button", "button"),
    ("on-button", "button-hover"),
    ("paper", "coral"),
    ("on-focus", "focus"),
    ("link", "info-soft"),
    *[(tone, f"{tone}-soft") for tone in TONES],
    *[("ink", f"{tone}-soft") for tone in TONES],
    *[("link", f"{tone}-soft") for tone in TONES],
]
EDGES = [(f"{tone}-edge", ground) for tone in TONES for ground in ("paper", "card")] + [("edge", "paper")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(scheme: str) -> None:
    colours = palette(scheme)
    assert len(colours) > 40
    weak = [
        (a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in TEXT if contrast(colours[a], colours[b]) < 4.5
    ]
    weak += [
        (a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in EDGES if contrast(colours[a], colours[b]) < 3
    ]
    assert not weak
