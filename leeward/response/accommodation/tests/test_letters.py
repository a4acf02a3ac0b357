"""Letters as tagged PDF: a stay is confirmed without its street unless they want it; a home made safe, without why."""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.ui.documents import tagged_pdf
from leeward.record.cases.models import Case
from leeward.response.accommodation import documents
from leeward.response.accommodation.actions import sanctuary, stays
from tests.accommodation import STREET, areas, living, promised, provider
from tests.sending import send
from tests.worlds import World


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each letter was made of, in words: the text of a PDF is drawn with a part of a font, and cannot be searched."""
    made: list[dict[str, Any]] = []

    def keep(template: Path, data: dict[str, Any]) -> bytes:
        made.append(data)
        return tagged_pdf(template, data)

    monkeypatch.setattr(documents, "tagged_pdf", keep)
    return made


def check(answer: HttpResponse) -> None:
    """It is a PDF that says of itself that it keeps PDF/UA; its name tells nothing, and no cache keeps it."""
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    found = [answer.content]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", answer.content, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(part))
    file = b"\n".join(found).decode("latin-1")
    for mark in ("pdfuaid:part", "/StructTreeRoot", "/Lang", "/H2", "/Table", "/TH", "/MarkInfo"):
        assert mark in file, mark


def test_a_stay_is_confirmed_without_the_street_unless_they_want_it(world: World, said: list[dict[str, Any]]) -> None:
    areas(world)
    (space,) = provider(world)
    stay = living(world, space)
    by = world.act("haven_worker")
    stays.set_charge(by=by, stay=stay, kind="rent", pence_a_week=350_00, eligible=True, from_on=timezone.localdate())
    case = Case.objects.get(id=stay.case_id)
    client, address = world.browser("haven_worker"), reverse("stay_letter", args=[stay.id])
    page = client.get(address).content.decode()
    assert case.reference not in page, "the reference is for print"
    check(send(client, address))
    text = json.dumps(said[0], ensure_ascii=False)
    for words in ("Nora Vale", "has lived there since", "£350.00", "Haven Housing Support", case.reference):
        assert words in text, words
    assert STREET not in text
    send(client, address, street="yes", charges="no", to="The council")
    text = json.dumps(said[1], ensure_ascii=False)
    assert STREET in text
    assert "The council" in text
    assert "£350.00" not in text
    # Whether the street went out is in the log; the street is not.
    world.act("dpl")
    kept = [entry.detail for entry in AuditEntry.objects.filter(action="made_stay_letter")]
    assert sorted(entry["street"] for entry in kept) == [False, True]


@pytest.mark.parametrize("user", ["idva", "housing", "officer", "haven_admin"])
def test_nobody_but_its_provider_confirms_a_stay(world: World, user: str) -> None:
    areas(world)
    (space,) = provider(world)
    stay = living(world, space)
    world.add_user("haven_admin", "Noor Adil", "haven", "administrator")
    assert world.browser(user).get(reverse("stay_letter", args=[stay.id])).status_code in (403, 404)


def test_who_has_not_come_is_confirmed_nothing(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    stay = promised(world, space)
    assert world.browser("haven_worker").get(reverse("stay_letter", args=[stay.id])).status_code == 404


def test_a_home_made_safe_is_confirmed_without_why_or_where(world: World, said: list[dict[str, Any]]) -> None:
    case = world.case(given="Nora", family="Vale")
    today = timezone.localdate()
    by = world.act("idva")
    one = sanctuary.refer_sanctuary(by=by, case=case, tenure="owner", consent="not_needed", why="He has a key")
    address = reverse("sanctuary_letter_pdf", args=[one.id])
    assert world.browser("idva").get(address).status_code == 404, "nothing was done yet"
    by = world.act("idva")
    work = sanctuary.order_work(by=by, sanctuary=one, facts=sanctuary.WorkFacts("locks", place="front door"), on=today)
    sanctuary.finish_work(by=by, work=work, on=today)
    sanctuary.confirm_tested(by=by, sanctuary=one, on=today)
    check(world.browser("idva").get(address))  # type: ignore[arg-type]  # an answer
    text = json.dumps(said[0], ensure_ascii=False)
    for words in ("Nora Vale", "sanctuary scheme", "Locks, front door", case.reference, "SI 2021/991"):
        assert words in text, words
    assert "He has a key" not in text
    assert world.browser("officer").get(address).status_code == 404


@pytest.mark.parametrize("words", ["😔🏳️‍🌈👩🏽‍👧", "ব নাম", "中文", "اسم", "1️⃣", "e\u0301", "\u202eZoë"])
def test_what_the_font_has_not_is_a_question_mark_and_no_failure(words: str) -> None:
    data = {
        "title": "A letter", "organisation": words, "phone": "", "to": words, "signed_by": words, "signed_as": "",
        "reference": "R", "table": None, "day": "1 May", "paragraphs": [f"{words}? She said: {words}."],
    }  # fmt: skip
    assert tagged_pdf(documents.TEMPLATE, data).startswith(b"%PDF")
