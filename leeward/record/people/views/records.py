"""Other records of the same person, what was changed when, and links made and undone."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import go, say, who
from leeward.record.people.actions.linking import link_people, unlink_people
from leeward.record.people.forms.finding import LinkForm, UnlinkForm
from leeward.record.people.models import FactChange, PersonLink
from leeward.record.people.queries.person import (
    Frame,
    frame_around,
    history,
    linked_records,
    numbers_of,
    person_frame,
    two_sides,
)
from leeward.record.people.queries.search import read_wanted, search_people
from leeward.record.people.rules.words import born_in_words, full_name, learned
from leeward.record.people.views.common import draw, frame_of, frame_to_change, save, typed
from leeward.record.people.views.words import PERSON, WAY, kept_in_words, value_in_words

LABELS = {**PERSON, **WAY}


@require_safe
def person_records(request: HttpRequest, person_id: int) -> HttpResponse:
    """Other records of the same person, the changes of this one, pages with more secrecy."""
    frame = frame_of(request, person_id, "records")
    by = who(request)
    lines = [
        (line, _changes(line.change), learned(line.change.learned_on, line.change.learned_from))
        for line in history(by, person_id)
    ]  # fmt: skip
    return draw(
        request, "records", frame, "records", links=linked_records(frame), lines=lines,
        may_wall=by.may(Permission.SET_WALLS), may_read_log=by.may(Permission.REVIEW_ACCESS),
    )  # fmt: skip


def _changes(change: FactChange) -> list[tuple[str, str, str]]:
    """What changed, with what stood before and after, in words."""
    before, after = kept_in_words(change.before), kept_in_words(change.after)
    return [(LABELS[name], before.get(name, ""), after.get(name, "")) for name in change.after if name in LABELS]


@require_http_methods(["GET", "HEAD", "POST"])
def person_link_find(request: HttpRequest, person_id: int) -> HttpResponse:
    """Look for the other record among those whom one may see: at first by the name of this one."""
    frame = frame_to_change(request, person_id, "records")
    text = typed(request) if request.method == "POST" else frame.full_name
    found = [one for one in search_people(by=who(request), wanted=read_wanted(text)) if one.person_id != person_id]
    rows = [
        (one, full_name(one.given, one.family), born_in_words(one.birth_date, one.birth_precision)) for one in found
    ]
    return draw(request, "link_find", frame, "records", q=text, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def person_link(request: HttpRequest, person_id: int, other_id: int) -> HttpResponse:
    """Both records side by side; link them with a reason."""
    frame = frame_to_change(request, person_id, "records")
    other = person_frame(by=who(request), person_id=other_id, page="person")
    if other is None or other_id == person_id or two_sides(frame.groups, other.groups):
        raise Http404
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            link = link_people(
                by=who(request), first_id=person_id, second_id=other_id, reason=form.cleaned_data["reason"]
            )
            say(
                request,
                "Linked. Both records keep their own facts.",
                reverse("person_unlink_now", args=[person_id, link.id]),
            )
            return reverse("person_records", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(request, "link", frame, "records", form=form, other=other, rows=both_records(frame, other))


def both_records(one: Frame, two: Frame) -> list[tuple[str, list[str], list[str]]]:
    """What each of two records says, side by side, never mixed."""
    numbers = numbers_of([one.person, two.person])
    facts = (_facts(frame, numbers[frame.person.id]) for frame in (one, two))
    return [(label, left, right) for (label, left), (_, right) in zip(*facts, strict=True)]


def _facts(frame: Frame, numbers: list[str]) -> list[tuple[str, list[str]]]:
    person = frame.person
    names = [full_name(name.given, name.family) for name in frame.names]
    values: list[tuple[str, list[Any]]] = [
        ("What they want to be called", [person.called]),
        ("Names", names),
        ("Date of birth", [frame.born]),
        ("Language", [value_in_words("language", person.language)]),
        ("Numbers", numbers),
        ("Ways to reach them", [way.detail.value for way in frame.ways]),
    ]
    return [(label, [str(value) for value in found if value]) for label, found in values]


@require_safe
def person_linked(request: HttpRequest, person_id: int, link_id: int) -> HttpResponse:
    """Two records of one person, facts side by side."""
    frame, other, link = _linked(request, person_id, link_id)
    return draw(request, "linked", frame, "records", other=other, rows=both_records(frame, other), link=link)


def _linked(request: HttpRequest, person_id: int, link_id: int) -> tuple[Frame, Frame, PersonLink]:
    frame = frame_of(request, person_id, "records")
    link = PersonLink.objects.select_related("first", "second").filter(id=link_id, undone_at=None).first()
    if link is None or person_id not in (link.first_id, link.second_id):
        raise Http404
    linked = link.second if link.first_id == person_id else link.first
    other = frame_around(by=who(request), person=linked, page="person")
    if two_sides(frame.groups, other.groups):
        raise Http404
    return frame, other, link


@require_http_methods(["GET", "HEAD", "POST"])
def person_unlink(request: HttpRequest, person_id: int, link_id: int) -> HttpResponse:
    """Undo a link, with a reason."""
    frame, other, link = _linked(request, person_id, link_id)
    form = UnlinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            unlink_people(by=who(request), link_id=link.id, reason=form.cleaned_data["reason"])
            say(request, "The two records stand for two people again.")
            return reverse("person_records", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(request, "unlink", frame, "records", form=form, other=other, rows=both_records(frame, other), link=link)


@require_POST
def person_unlink_now(request: HttpRequest, person_id: int, link_id: int) -> HttpResponse:
    """Take back a link that was just made."""
    _linked(request, person_id, link_id)
    unlink_people(by=who(request), link_id=link_id, reason="Taken back right after it was made")
    say(request, "The two records stand for two people again.")
    return go("person_records", person_id)
