"""Pages refuse a misspelt name; components take only what is safe; dates and waits read as a person says them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import jinja2
import pytest
import time_machine
from django.template import TemplateDoesNotExist, engines
from django.test import RequestFactory
from django.utils import timezone, translation
from markupsafe import Markup

from leeward.platform.ui import filters, navigation
from leeward.platform.ui.engine import Pages, component
from leeward.platform.ui.forms.draw import error_summary

pages = engines["engine"]
NOW = dt.datetime(2026, 3, 4, 13, 0, tzinfo=dt.UTC)


def render(source: str, **context: object) -> str:
    assert isinstance(pages, Pages)
    return pages.from_string(source).render(context)


def test_a_misspelt_name_raises() -> None:
    person = SimpleNamespace(do_not_write=True)
    with pytest.raises(jinja2.UndefinedError):
        render("{{ person.do_not_wriet }}", person=person)
    with pytest.raises(jinja2.UndefinedError):
        render("{% if persn %}x{% endif %}", person=person)
    with pytest.raises(jinja2.UndefinedError):
        render("{% for x in rows.missing %}{% endfor %}", rows={})


def test_everything_is_escaped() -> None:
    assert render("{{ x }}", x="<script>") == "&lt;script&gt;"
    assert "<script>" not in render('{{ component("inset-text", {"text": x}) }}', x="<script>")
    assert "<script>" not in render('{{ _("%(x)s said", x=x) }}', x="<script>")
    assert "<script>" not in render('{% from "ui/macros.jinja" import tag %}{{ tag(x, "high") }}', x="<script>")


def test_a_component_takes_html_only_from_those_who_made_it_safe() -> None:
    with pytest.raises(TypeError, match="must be Markup"):
        component("radios", {"name": "a", "items": [{"value": "1", "html": "<b>typed</b>"}]})
    assert "<b>made</b>" in component("inset-text", html=Markup("<b>made</b>"))


def test_a_component_forgives_what_is_missing() -> None:
    assert "govuk-button" in component("button", text="Go")


def test_an_unknown_page_is_left_to_the_next_engine() -> None:
    with pytest.raises(TemplateDoesNotExist):
        pages.get_template("ui/no_such_page.jinja")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (dt.datetime(2026, 3, 4, 9, 12, tzinfo=dt.UTC), "Today 09:12"),
        (dt.datetime(2026, 3, 3, 11, 5, tzinfo=dt.UTC), "Yesterday 11:05"),
        (dt.datetime(2025, 7, 1, 23, 30, tzinfo=dt.UTC), "2 July 2025 at 00:30"),
        (dt.date(2026, 3, 4), "Today"),
        (dt.date(2026, 3, 3), "Yesterday"),
        (dt.date(2026, 1, 4), "4 January 2026"),
        (None, ""),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_when(value: dt.date | None, words: str) -> None:
    with timezone.override("Europe/London"), translation.override("en-gb"):
        assert filters.when(value) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-5, "0 min"), (25, "25 min"), (220, "3 h 40"), (240, "4 h"), (26 * 60 + 5, "26 h 05"), (3 * 24 * 60, "3 days")],
)
def test_waited(minutes: int, words: str) -> None:
    with translation.override("en-gb"):
        assert filters.waited(dt.timedelta(minutes=minutes)) == words


def test_empty_places_say_so_and_zero_is_an_answer() -> None:
    with translation.override("en-gb"):
        assert "None recorded" in filters.none_recorded("")
        assert "None recorded" in filters.none_recorded([])
        assert filters.none_recorded(0) == 0
        assert filters.none_recorded(False) is False


def test_typed_text_becomes_paragraphs_and_nothing_else() -> None:
    html = filters.multiline("one <b>\r\ntwo\n\n\nthree")
    assert html.count("<p") == 2
    assert "&lt;b&gt;<br>two" in html


def test_a_place_to_go_needs_its_permission() -> None:
    found = navigation.links("/gallery/case", {"marac"})
    assert "MARAC" in [link.label for link in found]
    assert [link.label for link in found if link.current] == ["Cases"]
    assert "MARAC" not in [link.label for link in navigation.links("/today", set())]


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert error_summary(None) == ""


def test_every_page_of_this_room_compiles() -> None:
    assert isinstance(pages, Pages)
    names = [name for name in pages.env.list_templates() if name.startswith("ui/")]
    assert len(names) > 20
    for name in names:
        pages.get_template(name)


def test_titles_hold_nothing_of_the_request() -> None:
    request = RequestFactory().get("/x?name=Maya")
    page = pages.get_template("ui/errors/not_found.jinja").render({}, request)
    assert "Maya" not in page
