"""Bad input on every form that takes words, dates or files: said beside the field, kept as it was typed, never a 500.

The forms are those of the table of routes and of the question files, so that a new one is tested on the day it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from pytest_django.plugin import DjangoDbBlocker

from leeward.platform.ui.forms.base import printable
from leeward.response.front_door.questions import question_set
from leeward.response.front_door.tests.site import REFER_LEAST, Visitor
from tests.committed import TIMES
from tests.everywhere import Busy, make_busy, staff_pages
from tests.input.forms import Offered, main_form, read_forms
from tests.worlds import World, build

LONG = "Ärger mit 1’000 Worten. " * 417  # a little over 10,000 characters
PRINTED = ("-day", "-month", "-year")

# what is typed into every box of words; whether it can be kept at all
WORDS: dict[str, str] = {
    "ten thousand characters": LONG[:10_000],
    "emoji and right to left": "😔👩🏽‍👧 مايا \u202e123\u202c",
    "one letter": "O",
    "NUL bytes": "Ma\0ya\0",
    "half a pair": "Ma\ud83dya",
    "spaces only": " \u00a0\u200b\t",
    "markup, a backslash and quotes": '<b>O\'B</b>{{ 7*7 }}%s%% \\ "q" ; DROP',
}
# what is typed into the three boxes of every date
DATES: dict[str, tuple[str, str, str]] = {
    "31 February": ("31", "2", "2024"),
    "30 February": ("30", "2", "2023"),
    "29 February in no leap year": ("29", "2", "2023"),
    "month 13": ("1", "13", "2024"),
    "day 0": ("0", "1", "2024"),
    "words": ("first", "of", "never"),
    "two figures": ("1", "1", "24"),
    "year 9999": ("1", "1", "9999"),
    "NUL": ("1\0", "1", "2024"),
    "Arabic figures": ("٣١", "٢", "٢٠٢٤"),
    "superscript": ("²", "1", "2024"),
    "emoji": ("😔", "1", "2024"),
    "very long": ("1" * 5000, "1", "2024"),
}
FUTURE = ("1", "1", "2099")
# Every form reads a date with the same field: these are tried on all of them, the whole list on the first few.
EVERYWHERE = ("31 February", "words", "NUL", "very long")
FEW = 6


@dataclass(frozen=True)
class Place:
    """A form somewhere."""

    name: str
    path: str
    user: str
    form: Offered


def staff_forms(busy: Busy) -> list[Place]:
    pages, _ = staff_pages(busy)
    found = []
    for page in pages:
        form = main_form(page.text)
        if form is not None and page.route not in BY_SCRIPT:
            found.append(Place(page.route, page.path, page.user, form))
    return found


def send(busy: Busy, place: Place, data: dict[str, Any]) -> HttpResponse:
    """Send a form and take back whatever it did."""
    browser = busy.browser(place.user)
    with transaction.atomic():
        answer = browser.post(place.form.action or place.path, encodable(data))
        transaction.set_rollback(True)
    return answer  # type: ignore[return-value]  # the test client's answer is one


def encodable(data: dict[str, Any]) -> dict[str, Any]:
    """Half a surrogate pair cannot be sent by any browser as UTF-8; what arrives is the replacement character."""
    fix = lambda text: text.encode("utf-8", "replace").decode() if isinstance(text, str) else text  # noqa: E731
    return {name: fix(value) for name, value in data.items()}


# What was made is shown on the page that answers, this once: a secret is never put into an address.
SHOWN_ONCE = {"api_key_add": "The key"}


def told_and_kept(answer: HttpResponse, place: Place, sent: dict[str, Any], problems: list[str]) -> None:
    """The page came back: the mistake is said beside its field and in the list on top, and every word stands there."""
    page = read_forms(answer.content.decode())
    where = place.name
    if page.title == SHOWN_ONCE.get(where.rpartition(", ")[2]):
        return
    if not page.title.startswith("Error:"):
        problems.append(f"{where}: came back without 'Error:' in its title ({page.title!r})")
        return
    if not page.errors and not page.summary:
        problems.append(f"{where}: came back and says nothing")
    for target in page.summary:
        if target not in page.ids:
            problems.append(f"{where}: the list on top leads to #{target}, which is not there")
    back = main_form(answer.content.decode())
    if back is None:
        problems.append(f"{where}: came back without its form")
        return
    for box in place.form.typed:
        if box.name not in sent:
            continue
        typed = printable(encodable({"": sent[box.name]})[""]).replace("\r\n", "\n")
        now = back.boxes[box.name].value if box.name in back.boxes else None
        if now is None or now.strip() != typed.strip():
            problems.append(f"{where}: {box.name} was not kept ({typed[:30]!r} became {str(now)[:30]!r})")


def judge(
    answer: HttpResponse, place: Place, sent: dict[str, Any], problems: list[str], *, must_refuse: bool, kind: str = ""
) -> None:  # fmt: skip
    place = replace(place, name=f"{kind}, {place.name}" if kind else place.name)
    if answer.status_code >= 400:
        problems.append(f"{place.name}: answered {answer.status_code}")
    elif answer.get("Content-Type") == "application/pdf":  # a letter, made of what was typed
        if must_refuse:
            problems.append(f"{place.name}: made a letter of what it must refuse")
    elif answer.status_code == 200:
        told_and_kept(answer, place, sent, problems)
    elif must_refuse:
        problems.append(f"{place.name}: was accepted")


@dataclass(frozen=True)
class Staff:
    """Every form that staff have, in a world in which each has something in it."""

    busy: Busy
    forms: list[Place]


@pytest.fixture(scope="class")
def staff(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Staff]:
    """Made once for all tests of the class: each form that is sent is taken back, so that nothing changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        busy = make_busy(build())
        yield Staff(busy, staff_forms(busy))
        transaction.set_rollback(True)


SEVERAL_STEPS = {
    "index_check",
    "person_link_find",
    "case_share",
    "case_transfer",
    "contact_hand_on",
    "marac_letter_new",
}
"""Pages whose answer is a page (check what goes to whom, who was found), which is no error."""
BY_SCRIPT = {"mfa_add_webauthn"}
"""A passkey is made by the browser: without its script nothing of this form can be sent."""


def dates_of(form: Offered) -> list[str]:
    return [name[: -len("-year")] for name in form.boxes if name.endswith("-year")]


POSTCODES = ("12345", "CM1 1A", "SW1A 1AAA", "😔", "O'Brien", "CM1 1AA\0")


FILES = (
    (b"MZ\x90\0 a program", "letter.pdf"), (b"%PDF-1.7\n%%EOF\n", "holiday.jpg"), (b"\x89PNG\r\n\x1a\n", "a.pdf"),
    (b"<html><script>", "letter.docx"), (b"", "empty.pdf"), (b"\0" * 100, "nul.txt"), (b"PK\x03\x04", "a.docx"),
)  # fmt: skip


def spread(kinds: Iterable[str], always: tuple[str, ...], places: list[Place]) -> list[tuple[str, Place]]:
    """Each form with what is always tried and one of the other kinds in turn; with every kind in the long tests."""
    others = [kind for kind in kinds if kind not in always]
    if TIMES > 1:
        return list(product([*always, *others], places))
    return [*product(always, places), *zip(cycle(others), places, strict=False)]


class TestStaffForms:
    @pytest.mark.worlds
    def test_words_on_every_staff_form(self, staff: Staff) -> None:
        places = staff.forms
        assert len(places) > 45, sorted(place.name for place in places)
        problems: list[str] = []
        for kind, place in spread(WORDS, ("ten thousand characters", "NUL bytes"), places):
            words = {box.name: WORDS[kind] for box in place.form.typed if not box.name.endswith(PRINTED)}
            if not words:
                continue
            sent = {**place.form.filled({box.name: box.value for box in place.form.typed}), **words}
            answer = send(staff.busy, place, sent)
            if (
                answer.status_code == 200
                and place.name in SEVERAL_STEPS
                and "Error:" not in read_forms(answer.content.decode()).title
            ):
                continue
            judge(answer, place, words, problems, must_refuse=kind == "NUL bytes", kind=kind)
        assert not problems, "\n".join(problems)

    @pytest.mark.worlds
    def test_dates_that_do_not_exist_on_every_staff_form(self, staff: Staff) -> None:
        places = [place for place in staff.forms if dates_of(place.form)]
        assert len(places) > 15, sorted(place.name for place in places)
        problems: list[str] = []
        tried = [*product(DATES, places[:FEW]), *spread(EVERYWHERE, EVERYWHERE[:1], places[FEW:])]
        for kind, place in tried:
            for date in dates_of(place.form):
                boxes = {f"{date}{part}": value for part, value in zip(PRINTED, DATES[kind], strict=True)}
                boxes = {name: value for name, value in boxes.items() if name in place.form.boxes}
                rest = {box.name: box.value or "Words" for box in place.form.typed if not box.name.endswith(PRINTED)}
                sent = {**place.form.filled(rest), **boxes}
                # A hidden character between figures is dropped: the date is what stands there to be read.
                judge(send(staff.busy, place, sent), place, boxes, problems, must_refuse=kind != "NUL", kind=kind)
        assert not problems, "\n".join(problems)

    def test_a_birth_date_in_the_future_on_every_staff_form(self, staff: Staff) -> None:
        problems: list[str] = []
        seen = 0
        for place in staff.forms:
            for date in dates_of(place.form):
                if not re.search("birth|born", date):
                    continue
                seen += 1
                boxes = {f"{date}{part}": value for part, value in zip(PRINTED, FUTURE, strict=True)}
                rest = {box.name: box.value or "Words" for box in place.form.typed if not box.name.endswith(PRINTED)}
                judge(
                    send(staff.busy, place, {**place.form.filled(rest), **boxes}),
                    place,
                    boxes,
                    problems,
                    must_refuse=True,
                )
        assert seen >= 3
        assert not problems, "\n".join(problems)

    def test_a_postcode_that_is_none(self, staff: Staff) -> None:
        problems: list[str] = []
        seen = 0
        for postcode, place in product(POSTCODES, staff.forms):
            for box in place.form.typed:
                if "postcode" not in box.name:
                    continue
                seen += 1
                sent = {
                    **place.form.filled({each.name: each.value or "Words" for each in place.form.typed}),
                    box.name: postcode,
                }
                for date in dates_of(place.form):
                    sent.update({f"{date}{part}": "" for part in PRINTED})
                answer = send(staff.busy, place, sent)
                judge(
                    answer, place, {box.name: postcode}, problems, must_refuse=place.name != "call_new", kind=postcode
                )
        assert seen
        assert not problems, "\n".join(problems)

    def test_a_file_that_lies_about_its_kind(self, staff: Staff) -> None:
        problems: list[str] = []
        places = [place for place in staff.forms if place.form.takes_file]
        assert places
        for (content, name), place in product(FILES, places):
            words = {box.name: "The letter of the court" for box in place.form.typed}
            file = next(box.name for box in place.form.boxes.values() if box.kind == "file")
            sent: dict[str, Any] = {**place.form.filled(words), file: SimpleUploadedFile(name, content)}
            answer = send(staff.busy, place, sent)
            judge(answer, place, words, problems, must_refuse=True, kind=name)
        assert not problems, "\n".join(problems)


# the public pages: every step of both journeys, reached by skipping or answering least


LEAST: dict[str, dict[str, Any]] = {
    "agreed": {"agreed": "told_agreed"}, "safe": {"safe": "windows"},
    "methods": {"methods": ["phone", "email"]}, "phone": {"phone": "07700 900123"}, "email": {"email": "me@example.org"},
    "wall_needed": {"wall_needed": "yes"}, "children": {"children_any": "yes"}, "interpreter": {"interpreter": "yes"},
}  # fmt: skip


def walk(journey: str, *, agreed: bool = True) -> tuple[Visitor, list[tuple[str, Offered]]]:
    """A visitor who went through a whole journey, and the forms on their way that take words or dates."""
    found, visitor = [], Visitor()
    steps = question_set({"ask": "ask_for_help", "refer": "refer"}[journey]).steps
    least = {**LEAST, **(dict(REFER_LEAST) if journey == "refer" else {"about": {"about": "me"}})}
    said = {visitor.step(journey, key): data for key, data in least.items() if key in {step.key for step in steps}}
    if not agreed:
        said[visitor.step(journey, "agreed")] = {"agreed": "not_told"}
        said[visitor.step(journey, "basis")] = {"basis": "public_task", "basis_reason": "High risk"}
    address = f"/{journey}/1"
    for _ in range(60):
        page = visitor.get(address)
        if page.status_code == 302:
            address = page["Location"]
            continue
        if address.endswith("/check"):
            return visitor, found
        html = page.content.decode()
        if address.endswith("/now"):
            address = next(link for link in re.findall(r'href="(/\w+/(?:\d+|check))"', html) if link > "")
            continue
        form = main_form(html)
        if form is not None:
            found.append((address, form))
        data = said.get(address)
        answer = visitor.post(address, do="next", **data) if data else visitor.post(address, do="skip")
        if answer.status_code != 302:  # a page that cannot be skipped
            offered = next(each for each in read_forms(html).forms if each.method == "post")
            answer = visitor.post(address, **{**offered.filled("12:00"), "do": "next"})
        assert answer.status_code == 302, (address, read_forms(answer.content.decode()).errors)
        address = answer["Location"]
    raise AssertionError("the journey has no end")


WAYS = [("ask", True, 8), ("refer", True, 5), ("refer", False, 6)]


@pytest.mark.parametrize(("journey", "agreed", "at_least"), WAYS)
def test_words_on_every_public_form(world: World, journey: str, agreed: bool, at_least: int) -> None:
    visitor, steps = walk(journey, agreed=agreed)
    assert len(steps) >= at_least, [address for address, _ in steps]
    problems: list[str] = []
    for kind, (address, form) in product(WORDS, steps):
        words = {box.name: WORDS[kind] for box in form.typed if not box.name.endswith(PRINTED)}
        if not words:
            continue
        sent = encodable({**form.filled({box.name: box.value for box in form.typed}), **words, "do": "next"})
        place = Place(f"{journey} {address}", address, "", form)
        judge(sent_back(visitor, address, sent), place, words, problems, must_refuse=kind == "NUL bytes", kind=kind)
    assert not problems, "\n".join(problems)


def sent_back(visitor: Visitor, address: str, sent: dict[str, Any]) -> HttpResponse:
    with transaction.atomic():
        answer = visitor.post(address, **sent)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("journey", ["ask", "refer"])
def test_dates_on_every_public_form(world: World, journey: str) -> None:
    visitor, steps = walk(journey)
    problems: list[str] = []
    seen = 0
    for (kind, typed), (address, form) in product([*DATES.items(), ("future birth", FUTURE)], steps):
        for date in dates_of(form):
            seen += 1
            boxes = {f"{date}{part}": value for part, value in zip(PRINTED, typed, strict=True)}
            sent = encodable(
                {**form.filled({box.name: box.value or "Words" for box in form.typed}), **boxes, "do": "next"}
            )
            place = Place(f"{journey} {address}", address, "", form)
            judge(sent_back(visitor, address, sent), place, boxes, problems, must_refuse=kind != "NUL", kind=kind)
    assert seen
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("code", list(WORDS.values()), ids=list(WORDS))
def test_the_receipt_and_signing_in(world: World, code: str) -> None:
    visitor = Visitor()
    problems: list[str] = []
    for path in ("/receipt", "/sign-in"):
        form = main_form(visitor.get(path).content.decode())
        assert form is not None
        sent = encodable({**form.filled(code), "password": code})
        place = Place(path, path, "", form)
        judge(visitor.post(path, **sent), place, {box.name: code for box in form.typed}, problems, must_refuse=True)
    assert not problems, "\n".join(problems)
