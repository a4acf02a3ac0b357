"""Pages of words: in each language, safe in every header, small, without a cookie, and neutral where it shows."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from leeward.response.front_door.content import load_pages
from leeward.response.front_door.tests.site import Visitor, read
from leeward.response.front_door.tests.test_content import TELLING
from leeward.response.front_door.views.public import INSIDE
from tests.worlds import World

SLUGS = sorted({slug for _, slug in load_pages()} - INSIDE)
PREFIXES = ["", "/pl"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("slug", ["", *SLUGS])
def test_a_page_of_words(world: World, prefix: str, slug: str) -> None:
    response = Client().get(f"{prefix}/pages/{slug}" if slug else f"{prefix}/")
    page = read(response)
    assert response.status_code == 200
    assert not response.cookies, "a page of words sets no cookie"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not TELLING.search(page.title.replace("Phone help", "")), page.title
    assert "/leave" in page.links
    other = "/" if prefix else "/pl/"
    assert any(link.startswith(other) and link.endswith(slug) for link in page.links), "the other language"
    for link in page.links:
        assert re.match(r"(/|#|tel:)", link), f"{link} leads elsewhere"
    html = response.content.decode()
    assert not re.search(r"\son\w+=|\sstyle=|<style|<iframe|javascript:", html)
    assert f'lang="{"pl" if prefix else "en-GB"}"' in html


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_link_of_every_page_leads_somewhere(world: World, prefix: str) -> None:
    visitor, seen, waiting = Client(), set(), [f"{prefix}/"]
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("tel:", "#", "/static/")) or address == "/leave":
            continue
        seen.add(address)
        response = visitor.get(address, follow=True)
        assert response.status_code == 200, address
        if f"{prefix}/pages/" in address or address in (f"{prefix}/", f"{prefix}/ask"):
            waiting += [link for link in read(response).links if prefix or not link.startswith("/pl")]
    assert len(seen) > len(SLUGS)


@pytest.mark.parametrize("slug", [*sorted(INSIDE), "nothing"])
def test_what_is_said_inside_a_journey_has_no_address_of_its_own(world: World, slug: str) -> None:
    assert Client().get(f"/pages/{slug}").status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/pl/", "/pages/relationships", "/pl/pages/numbers", "/ask", "/ask/1", "/refer/2"]
)
def test_a_page_weighs_little(world: World, address: str) -> None:
    response = Client().get(address, follow=True)
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', response.content.decode())
    scripts = [file for file in files if file.endswith(".js")]
    with_fonts = {*files, *(["fonts/atkinson-next-latin-ext.woff2"] if address.startswith("/pl") else [])}
    root = settings.STATIC_ROOT
    size = {file: (root / file).stat().st_size for file in with_fonts if (root / file).exists()}
    assert sum(size[file] for file in scripts) < 30 * 1024
    # As it is sent: the server compresses style sheets and scripts, fonts are compressed already.
    packed = {file: (root / f"{file}.gz") for file in size}
    sent = sum((packed[file].stat().st_size if packed[file].exists() else of) for file, of in size.items())
    assert len(response.content) + sent < 150 * 1024
    assert staticfiles_storage.exists("css/public.css")


def test_a_lost_partnership_fact_does_not_lose_the_page(world: World) -> None:
    assert world.partnership.facts == {}
    assert "01632 960100" in read(Client().get("/")).text, "the helpline stands in for a number that nobody gave"
    assert "{{" not in read(Client().get("/pages/what-happens")).text


def test_leaving_ends_everything(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    response = visitor.get("/leave")
    assert response.status_code == 303
    assert response["Location"] == settings.EXIT_ADDRESS
    assert '"cookies"' in response["Clear-Site-Data"]
    assert '"cache"' in response["Clear-Site-Data"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "not here any more" in read(visitor.get("/ask/6")).text
