"""Bad input gets a clear sentence and comes back exactly as typed; unusual but right input is taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from leeward.platform.ui import forms
from leeward.platform.ui.forms.draw import error_summary, field, hidden_fields

NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)


class Everything(forms.OnceMixin, forms.Form):
    name = forms.TextField(label="Full name", what="your name", required=False)
    born = forms.DateField(label="Date of birth", what="the date of birth", past=True, required=False)
    review = forms.DateField(label="Next review", future=True, required=False)
    began = forms.ApproximateDateField(label="When did it begin?", what="the date", past=True, required=False)
    phone = forms.PhoneField(label="Telephone number", required=False)
    email = forms.EmailField(label="Email address", required=False)
    postcode = forms.PostcodeField(label="Postcode", required=False)
    half = forms.PostcodeField(label="Postcode", outward=True, required=False)
    nhs = forms.NhsNumberField(label="NHS number", required=False)
    at = forms.TimeField(label="From", required=False)
    children = forms.NumberField(label="Children", most=20, required=False)
    story = forms.LongTextField(label="Story", longest=5000, required=False)
    safe = forms.ChoiceField(label="Safe?", choices=[("y", "Yes"), forms.Divider(), ("n", "No")], required=False)
    needs = forms.ManyField(
        label="Needs", choices=[("a", "A"), ("b", "B"), forms.Option("none", "None", alone=True)], required=False
    )
    version = forms.VersionField(required=False)


def filled(**typed: Any) -> Everything:
    data = QueryDict(mutable=True)
    for key, value in typed.items():
        data.setlist(key.replace("__", "-"), value if isinstance(value, list) else [value])
    return Everything(data)


def date(name: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{name}__day": day, f"{name}__month": month, f"{name}__year": year}


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("born", date("born", "31", "2", "1987"), "February 1987 has only 28 days"),
    ("born", date("born", "29", "2", "2023"), "February 2023 has only 28 days"),
    ("born", date("born", "31", "4", "2001"), "April 2001 has only 30 days"),
    ("born", date("born", "5", "3", "2026"), "must be today or in the past"),
    ("born", date("born", "0", "3", "1987"), "a number from 1 to 31"),
    ("born", date("born", "4", "13", "1987"), "a number from 1 to 12"),
    ("born", date("born", "4", "Smarch", "1987"), "a number from 1 to 12"),
    ("born", date("born", "4", "3", "87"), "must have 4 figures"),
    ("born", date("born", "4", "3", "MCMX"), "in figures"),
    ("born", date("born", "4", "3", "0987"), "between 1900 and 2026"),
    ("born", date("born", "4", "", "1987"), "must have a month too"),
    ("born", date("born", "4", "", ""), "must have a month and year too"),
    ("born", date("born", "4\0", "3", "1x"), "in figures"),
    ("review", date("review", "3", "3", "2026"), "must be today or later"),
    ("began", date("began", "3", "", "2019"), "has a day but no month"),
    ("began", date("began", "", "5", ""), "must have a year"),
    ("began", date("began", "", "", "2027"), "must be today or in the past"),
    ("name", {"name": "Maya\0"}, "hidden character"),
    ("name", {"name": "\ud800"}, "hidden character"),
    ("name", {"name": "x" * 10_000}, "It is 9,800 over"),
    ("story", {"story": "x" * 10_000}, "must be 5,000 characters or fewer. It is 5,000 over"),
    ("story", {"story": "ab\0cd"}, "hidden character"),
    ("phone", {"phone": "ring the bell"}, "Enter a telephone number"),
    ("phone", {"phone": "12"}, "Enter a telephone number"),
    ("phone", {"phone": "0" * 40}, "Enter a telephone number"),
    ("phone", {"phone": "07700\0900123"}, "hidden character"),
    ("email", {"email": "maya at example"}, "name@example.org"),
    ("postcode", {"postcode": "the blue house"}, "Enter a full UK postcode"),
    ("postcode", {"postcode": "LS1"}, "Enter a full UK postcode"),
    ("half", {"half": "nowhere"}, "only its first half"),
    ("nhs", {"nhs": "999 123 4561"}, "check each figure"),
    ("nhs", {"nhs": "12"}, "10 digit"),
    ("at", {"at": "25:00"}, "no such time"),
    ("at", {"at": "14pm"}, "no such time"),
    ("at", {"at": "after lunch"}, "like 9:30"),
    ("children", {"children": "-1"}, "0 or more"),
    ("children", {"children": "21"}, "20 or fewer"),
    ("children", {"children": "two"}, "whole number"),
    ("children", {"children": "9" * 400}, "whole number"),
    ("safe", {"safe": "maybe"}, "Choose one of the answers"),
    ("safe", {"safe": "y\0"}, "Choose one of the answers"),
    ("needs", {"needs": ["a", "none"]}, "not both"),
    ("needs", {"needs": ["zzz"]}, "Choose one of the answers"),
    ("version", {"version": "x"}, "lost its place"),
]


@pytest.mark.parametrize(("name", "typed", "words"), BAD)
@time_machine.travel(NOON, tick=False)
def test_bad_input_gets_its_own_sentence_and_comes_back_as_typed(name: str, typed: dict[str, Any], words: str) -> None:
    form = filled(**typed)
    assert not form.is_valid()
    assert list(form.errors) == [name]
    assert words in str(form.errors[name][0])
    drawn = str(field(form[name]))
    for value in typed.values():
        if isinstance(value, str) and name not in {"safe"}:
            assert value.replace("\0", "").replace("\ud800", "") in drawn, "what was typed comes back"
    assert "\0" not in drawn
    summary = str(error_summary(form))
    if name != "version":
        target = summary.partition('href="#')[2].partition('"')[0]
        assert f'id="{target}"' in drawn, "the summary links to an input that is there"


GOOD: list[tuple[str, dict[str, Any], Any]] = [
    ("name", {"name": "O"}, "O"),
    ("name", {"name": "  Siân–Élodie 🌱  "}, "Siân–Élodie 🌱"),
    ("name", {"name": "مايا الحداد"}, "مايا الحداد"),
    ("name", {"name": "100% %(x)s {y}"}, "100% %(x)s {y}"),
    ("story", {"story": "one\r\ntwo"}, "one\ntwo"),
    ("story", {"story": "é" * 5000}, "é" * 5000),
    ("born", date("born", " 4 ", "march", "1987"), dt.date(1987, 3, 4)),
    ("born", date("born", "29", "2", "2024"), dt.date(2024, 2, 29)),
    ("born", date("born", "٤", "٣", "١٩٨٧"), dt.date(1987, 3, 4)),
    ("born", date("born", "4", "3", "2026"), dt.date(2026, 3, 4)),
    ("born", date("born", "", "", ""), None),
    ("began", date("began", "", "", "2019"), forms.ApproximateDate(2019)),
    ("began", date("began", "", "Sept", "2019"), forms.ApproximateDate(2019, 9)),
    ("began", date("began", "", "", "2026"), forms.ApproximateDate(2026)),
    ("phone", {"phone": "07700 900123"}, "07700 900123"),
    ("phone", {"phone": "+44 (0)7700-900-123"}, "+44 (0)7700-900-123"),
    ("phone", {"phone": "01632 960 001 ext 4"}, "01632 960 001 ext 4"),
    ("postcode", {"postcode": "ls14ap"}, "LS1 4AP"),
    ("postcode", {"postcode": " sW1a - 1aA "}, "SW1A 1AA"),
    ("half", {"half": "ls1"}, "LS1"),
    ("nhs", {"nhs": "999-000-0018"}, "9990000018"),
    ("at", {"at": "9"}, dt.time(9)),
    ("at", {"at": "2pm"}, dt.time(14)),
    ("at", {"at": "12am"}, dt.time(0)),
    ("at", {"at": "09.30"}, dt.time(9, 30)),
    ("at", {"at": "1430"}, dt.time(14, 30)),
    ("at", {"at": "noon"}, dt.time(12)),
    ("children", {"children": " 3 "}, 3),
    ("children", {"children": ""}, None),
    ("needs", {"needs": ["b", "a"]}, ["a", "b"]),
    ("needs", {"needs": ["none"]}, ["none"]),
    ("safe", {"safe": ""}, ""),
]


@pytest.mark.parametrize(("name", "typed", "value"), GOOD)
@time_machine.travel(NOON, tick=False)
def test_unusual_but_right_input_is_taken(name: str, typed: dict[str, Any], value: Any) -> None:
    form = filled(**typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data[name] == value


def test_what_was_typed_is_not_indented_and_keeps_its_first_empty_line() -> None:
    form = filled(story="\n  one\n\ttwo\n", safe="y")
    inner = field(form["story"])
    drawn = str(field(form["safe"], conditional={"y": inner}))
    assert ">\n\n  one\n\ttwo\n</textarea>" in drawn


def test_nothing_typed_becomes_html() -> None:
    form = filled(name='"><script>alert(1)</script>', story="</textarea><script>", postcode="<b>{{ 7*7 }}")
    form.is_valid()
    page = "".join(str(field(bound)) for bound in form) + str(error_summary(form))
    assert "<script" not in page
    assert "<b>" not in page


def test_required_sentences_name_the_answer() -> None:
    class Asked(forms.Form):
        full_name = forms.TextField(label="Full name", what="your name")
        born = forms.DateField(label="Date of birth")
        nhs = forms.NhsNumberField(label="NHS number")
        safe = forms.ChoiceField(label="Is it safe?", what="whether it is safe", choices=[("y", "Yes")])
        agree = forms.ConfirmField(label="I agree", error_messages={"required": "Tick it, 100%"})

    form = Asked({})
    assert not form.is_valid()
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "full_name": "Enter your name",
        "born": "Enter date of birth",
        "nhs": "Enter NHS number",
        "safe": "Choose whether it is safe",
        "agree": "Tick it, 100%",
    }
    assert " required" not in "".join(str(field(bound)) for bound in form)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("a.exe", b"x"), "one of these kinds: PDF"),
        (SimpleUploadedFile("a.pdf", b""), "empty"),
        (SimpleUploadedFile("a.pdf", b"x" * (1024 * 1024 + 1)), "smaller than 1 MB"),
    ],
)
def test_files_that_cannot_be_kept_are_refused_with_a_reason(file: SimpleUploadedFile, words: str) -> None:
    class Upload(forms.Form):
        letter = forms.FileField(label="Letter", endings=["pdf"], megabytes=1)

    form = Upload({}, {"letter": file})
    assert not form.is_valid()
    assert words in form.errors["letter"][0]


def test_a_form_counts_once() -> None:
    first, second = Everything(), Everything()
    assert first["once_token"].value() != second["once_token"].value(), "each page has a token of its own"
    token = str(first["once_token"].value())
    assert f'value="{token}"' in str(hidden_fields(first))
    sent, again = filled(once_token=token), filled(once_token=token)
    assert sent.is_valid()
    assert again.is_valid()
    assert sent.once == again.once == token
    broken = filled(once_token="'; DROP")
    assert broken.is_valid()
    assert len(broken.once) >= 20, "a broken token is replaced: it is never the person's fault"


def test_approximate_dates_know_their_bounds_and_survive_a_column() -> None:
    about = forms.ApproximateDate(2024, 2)
    assert (about.earliest, about.latest) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert str(about) == "February 2024"
    for value in (about, forms.ApproximateDate(2024), forms.ApproximateDate(2024, 2, 3)):
        assert forms.ApproximateDate.from_iso(value.iso) == value


def test_code_lists_are_radios_while_few_and_keep_up_with_their_source() -> None:
    codes = [("a", "A")]

    class Coded(forms.Form):
        area = forms.CodeField(label="Area", choices=lambda: list(codes))

    assert 'type="radio"' in str(field(Coded()["area"]))
    codes.extend((str(number), f"Area {number}") for number in range(8))
    assert "<select" in str(field(Coded()["area"]))
    assert Coded({"area": "7"}).is_valid()
