"""No title and no address of a page says who somebody is (T-5): they stay in tabs, histories and other people's logs.

Every persona of the demonstration follows the links from their first page, each kind of page once, and every
title, link and form address is read against the names, addresses and telephones that the demonstration holds.
"""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from leeward.demo.partnerships import PERSONAS
from tests.plugin import WORKER, admin_url

OF_A_KIND, MOST = 1, 25  # how often each kind of page is opened, and how many by one persona
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
REFERENCE = re.compile(r"\b[A-Z]{3,}-\d{3,}\b")


@pytest.fixture(scope="module")
def secrets(site: str) -> set[str]:
    """Every name, address, telephone and number of the demonstration's people, in small letters."""
    with psycopg.connect(admin_url(f"leeward_journeys_{WORKER}")) as owner:
        found = {
            word
            for query in (
                "SELECT given FROM people_personname UNION SELECT family FROM people_personname",
                "SELECT called FROM people_person",
                "SELECT lines FROM people_address",
                "SELECT value FROM people_contactdetail UNION SELECT value FROM people_identifier",
            )
            for (word,) in owner.execute(query).fetchall()
        }
    assert len(found) > 500
    return {word.lower() for word in found if len(word) > 3}


def kind_of(address: str) -> str:
    """What a page is a page of: its address without numbers."""
    return re.sub(r"\d+", "#", urlsplit(address).path)


def crawl(site: str, persona: str, secrets: set[str]) -> tuple[int, list[str]]:
    """How many pages a persona opened, and what their titles and addresses said."""
    asker = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    asker.open(f"{site}/demo/as/{persona}").close()
    waiting, kinds, seen, problems = ["/today", "/search", "/cases?whose=organisation"], Counter[str](), set[str](), []
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen or kinds[kind_of(path)] >= OF_A_KIND:
            continue
        seen.add(path)
        kinds[kind_of(path)] += 1
        try:
            with asker.open(site + path) as answer:
                if not answer.headers["Content-Type"].startswith("text/html"):
                    problems += said(str(answer.headers["Content-Disposition"]), secrets, path)
                    continue
                text = html.unescape(answer.read().decode())
                problems += said(unquote(urlsplit(answer.url).path), secrets, path)
        except urllib.error.HTTPError as refused:  # a button's address, or a page of another role
            problems += [] if refused.code in (403, 404, 405) else [f"{path} answered {refused.code}"]
            continue
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        assert title is not None, path
        problems += said(title.group(1), secrets, path)
        addresses = {unquote(one) for one in re.findall(r'(?:href|action|src)="([^"]+)"', text)}
        for address in addresses:
            problems += said(address, secrets, path)
        inside = {urlsplit(one)._replace(fragment="").geturl() for one in addresses if one.startswith("/")}
        waiting += sorted(one for one in inside if not one.startswith(("/static", "/leave", "/sign-out", "/demo")))
    return len(seen), problems


def said(text: str, secrets: set[str], where: str) -> list[str]:
    """What a title or an address says of somebody."""
    words = set(re.findall(r"[^\W\d_]{4,}", text.lower()))
    found = [f"{word!r} in {text!r}, on {where}" for word in words & secrets]
    found += [f"{one!r} in {text!r}, on {where}" for one in POSTCODE.findall(text) + REFERENCE.findall(text)]
    whole = text.lower()
    return found + [f"{one!r} in {text!r}, on {where}" for one in secrets if " " in one and one in whole]


# Who sees the most of people's names, in `make test`; everybody in `make soak`.
SOON = ("access-point", "adviser", "marac-coordinator", "data-protection")


@pytest.mark.parametrize(
    "persona", [pytest.param(one[0], marks=[] if one[0] in SOON else [pytest.mark.soak]) for one in PERSONAS]
)
def test_no_title_and_no_address_says_who_somebody_is(site: str, secrets: set[str], persona: str) -> None:
    opened, problems = crawl(site, persona, secrets)
    assert opened > 5
    assert not problems, "\n".join(sorted(set(problems)))
