"""Drafts are one's own and sealed; a form counts once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict

from leeward.platform.access import drafts, once
from leeward.platform.access.models import Draft
from leeward.platform.common.errors import Refused
from leeward.platform.ui import forms
from tests.worlds import World


class Example(forms.OnceMixin, forms.Form):
    name = forms.TextField(label="Name")
    day = forms.DateField(label="Day")
    many = forms.ManyField(label="Many", choices=[("a", "A"), ("b", "B")])
    sure = forms.ConfirmField(label="Sure", required=False)


TYPED = QueryDict("name=Maya&day-day=45&day-month=x&day-year=&many=a&many=b&csrfmiddlewaretoken=secret&autosave=1")


def test_what_was_typed_comes_back_as_it_was(world: World) -> None:
    by = world.act("idva")
    drafts.save(by=by, form="example", subject=7, data=TYPED)
    saved = drafts.load(by=by, form="example", subject=7)
    assert saved is not None
    assert saved.initial(Example) == {
        "name": "Maya", "day": {"day": "45", "month": "x", "year": ""}, "many": ["a", "b"], "sure": False,
    }  # fmt: skip
    assert "csrfmiddlewaretoken" not in saved.data
    page = str(Example(initial=saved.initial(Example))["name"].value())
    assert page == "Maya"


def test_the_newest_draft_stands_and_one_is_kept(world: World) -> None:
    by = world.act("idva")
    for text in ("one", "two", "three"):
        drafts.save(by=by, form="example", data={"name": text})
    saved = drafts.load(by=by, form="example")
    assert saved is not None
    assert saved.data["name"] == "three"
    assert Draft.objects.count() == 1
    drafts.discard(by=by, form="example")
    assert drafts.load(by=by, form="example") is None


def test_a_draft_is_sealed_and_for_nobody_else(world: World) -> None:
    by = world.act("idva")
    drafts.save(by=by, form="example", data={"name": "Maya Lindqvist"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM access_draft")
        assert b"Lindqvist" not in bytes(cursor.fetchone()[0])
    other = world.act("harbour_manager")
    assert Draft.objects.count() == 0
    assert drafts.load(by=other, form="example") is None


def test_a_draft_copied_to_another_row_does_not_open(world: World) -> None:
    by = world.act("idva")
    drafts.save(by=by, form="example", data={"name": "One"})
    drafts.save(by=by, form="other", data={"name": "Two"})
    one, two = Draft.objects.order_by("form")
    Draft.objects.filter(id=two.id).update(sealed=one.sealed)
    assert drafts.load(by=by, form="other") is None
    assert drafts.load(by=by, form="example") is not None


def test_far_too_much_is_refused_in_words(world: World) -> None:
    with pytest.raises(Refused, match="too long"):
        drafts.save(by=world.act("idva"), form="example", data={"name": "x" * 400_000})


def test_a_visitor_has_no_drafts(world: World) -> None:
    with pytest.raises(Refused):
        drafts.save(by=world.visitor(), form="example", data={"name": "x"})


def test_a_form_counts_once(world: World) -> None:
    world.act("idva")
    assert once.claim("a" * 30) is None
    once.keep("a" * 30, "/cases/1")
    assert once.claim("a" * 30) == "/cases/1"
    assert once.claim("b" * 30) is None
