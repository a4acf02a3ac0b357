"""A person's record: the first page, its details, names and numbers; equality; ends and undoing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import from_now_on, go, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.people.actions.details import add_identifier, add_name, change_person, undo_change
from leeward.record.people.actions.equality import (
    ANSWERED,
    QUESTIONS,
    answers_now,
    earlier_answers,
    put_back_answer,
    record_answers,
    stamp,
)
from leeward.record.people.actions.facts import FACTS, end_fact, restore_fact
from leeward.record.people.forms.person import DetailsForm, EndForm, EqualityForm, IdentifierForm, NameForm
from leeward.record.people.models import EqualityAnswer, Person
from leeward.record.people.queries.person import person_page
from leeward.record.people.rules.words import learned
from leeward.record.people.views.common import draw, frame_of, frame_to_change, save
from leeward.record.people.views.words import PERSON, in_words


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Names, birth date, language, numbers, other records of the same person."""
    frame = frame_of(request, person_id, "person")
    names = [
        (name, label("name_kind", name.kind), learned(name.learned_on, name.learned_from))
        for name in sorted(frame.names, key=lambda name: (name.ended_on is not None, name.kind != "current", name.id))
    ]
    page = person_page(frame)
    return draw(request, "person", frame, "person", record=page, names=names)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change the details; who comes second is shown both."""
    frame = frame_to_change(request, person_id, "person")
    form = DetailsForm(request.POST or None, initial=DetailsForm.start(frame.person))
    both = None
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            change = change_person(
                by=who(request), person_id=person_id, details=form.details(), version=form.cleaned_data["version"],
                source=form.source,
            )  # fmt: skip
            if change:
                say(request, "The details are changed.", reverse("person_change_undo", args=[person_id, change.id]))
            return reverse("person", args=[person_id])

        try:
            if answer := save(request, form, make):
                return answer
        except Conflict as conflict:
            both = side_by_side(
                conflict.words, conflict.by, PERSON, in_words(conflict.theirs), in_words(asdict(form.details()))
            )
            from_now_on(form, request, Person.objects.values_list("version", flat=True).get(id=person_id))
    return draw(request, "person_edit", frame, "person", form=form, both=both)


@require_http_methods(["GET", "HEAD", "POST"])
def person_name_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a name."""
    frame = frame_to_change(request, person_id, "person")
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            name = add_name(
                by=who(request), person_id=person_id, given=data["given"], family=data["family"], kind=data["kind"],
                source=form.source,
            )  # fmt: skip
            say(request, "The name is added.", _take_back(person_id, "name", name.id))
            return reverse("person", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "person", form=form, title="Add a name", submit_label="Add the name",
        back=reverse("person", args=[person_id]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def person_identifier_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a number that some agency knows them by."""
    frame = frame_to_change(request, person_id, "person")
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            row = add_identifier(
                by=who(request), person_id=person_id, kind=data["kind"], value=data["value"], source=form.source
            )
            say(request, "The number is added.", _take_back(person_id, "identifier", row.id))
            return reverse("person", args=[person_id])

        if answer := save(request, form, make, "value"):
            return answer
    return draw(
        request, "fact_form", frame, "person", form=form, title="Add a number or reference", submit_label="Add it",
        back=reverse("person", args=[person_id]),
    )  # fmt: skip


def _take_back(person_id: int, kind: str, fact_id: int) -> str:
    return reverse("person_fact_take_back", args=[person_id, kind, fact_id])


# Where each kind of fact is shown, and how its end is asked for.
SHOWN_ON = {
    "name": ("person", "this name"),
    "identifier": ("person", "this number"),
    "contact": ("person_contact", "this way to reach them"),
    "address": ("person_places", "this address"),
    "sealed": ("person_sealed", "this sealed address"),
    "immigration": ("person_immigration", "this status"),
    "equality": ("person_equality", "this answer"),
    "knows": ("family", "what is said about who knows"),
    "relationship": ("family", "this relationship"),
    "household": ("person_places", "this household"),
}


def _kind(kind: str) -> str:
    if kind not in FACTS:
        raise Http404
    return kind


@require_http_methods(["GET", "HEAD", "POST"])
def person_fact_end(request: HttpRequest, person_id: int, kind: str, fact_id: int) -> HttpResponse:
    """Say that a fact is no longer so, or never was; it stays on the record."""
    frame = frame_to_change(request, person_id, "person")
    route, words = SHOWN_ON[_kind(kind)]
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            end_fact(
                by=who(request), person_id=person_id, kind=kind, fact_id=fact_id, on=data["on"],
                was_error=data["how"] == "error",
            )  # fmt: skip
            undo = reverse("person_fact_restore", args=[person_id, kind, fact_id])
            say(request, "Ended. It stays on the record.", undo)
            return reverse(route, args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "", form=form, title=f"End {words}", submit_label="End it",
        back=reverse(route, args=[person_id]),
    )  # fmt: skip


@require_POST
def person_fact_restore(request: HttpRequest, person_id: int, kind: str, fact_id: int) -> HttpResponse:
    """Take the end of a fact back."""
    return _put_right(request, person_id, _kind(kind), lambda: restore_fact(
        by=who(request), person_id=person_id, kind=kind, fact_id=fact_id
    ), "Put back as it was.")  # fmt: skip


@require_POST
def person_fact_take_back(request: HttpRequest, person_id: int, kind: str, fact_id: int) -> HttpResponse:
    """Undo adding a fact: it was never so."""
    return _put_right(request, person_id, _kind(kind), lambda: end_fact(
        by=who(request), person_id=person_id, kind=kind, fact_id=fact_id, was_error=True
    ), "Taken back.")  # fmt: skip


def _put_right(request: HttpRequest, person_id: int, kind: str, work: Any, words: str) -> HttpResponse:
    frame_to_change(request, person_id, "person")
    try:
        instead = work()
        say(request, f"{words} What stood since then is kept as a mistake." if instead is True else words)
    except Refused as problem:
        tell(request, problem)
    return go(SHOWN_ON[kind][0], person_id)


@require_POST
def person_change_undo(request: HttpRequest, person_id: int, change_id: int) -> HttpResponse:
    """Put back what stood before a change."""
    frame_to_change(request, person_id, "person")
    try:
        undo_change(by=who(request), person_id=person_id, change_id=change_id)
        say(request, "Put back as it was.")
    except Refused as problem:
        tell(request, problem)
    where = request.GET.get("to", "person")
    return go(where if where in ("person", "person_contact", "person_records") else "person", person_id)


@require_safe
def person_equality(request: HttpRequest, person_id: int) -> HttpResponse:
    """Answers on equality; a question without one was not asked."""
    frame = frame_of(request, person_id, "equality")
    answers = answers_now(person_id)
    earlier = earlier_answers(person_id)
    rows = [
        (EqualityForm.LABELS[name], *_answer(answers.get(name)), answers.get(name),
         [(row, *_answer(row)) for row in earlier.get(name, [])])
        for name in QUESTIONS
    ]  # fmt: skip
    return draw(request, "equality", frame, "equality", rows=rows)


@require_POST
def person_equality_put_back(request: HttpRequest, person_id: int, answer_id: int) -> HttpResponse:
    """An earlier answer holds again."""
    frame_to_change(request, person_id, "equality")
    try:
        put_back_answer(by=who(request), person_id=person_id, answer_id=answer_id)
        say(request, "Put back. The answer since then stays on the record as a mistake.")
    except Refused as problem:
        tell(request, problem)
    return go("person_equality", person_id)


def _answer(row: EqualityAnswer | None) -> tuple[str, str, str]:
    if row is None:
        return ("Not asked", "", "")
    words = label(row.list, row.code) if row.state == ANSWERED else label("answer_state", row.state)
    return (words, row.own_words, learned(row.learned_on, row.learned_from))


@require_http_methods(["GET", "HEAD", "POST"])
def person_equality_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask the questions on equality, all of which can be left."""
    frame = frame_to_change(request, person_id, "equality")
    standing = answers_now(person_id)
    form = EqualityForm(request.POST or None, initial={**EqualityForm.start(standing), "version": stamp(standing)})
    both = None
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            changed = record_answers(
                by=who(request), person_id=person_id, answers=form.answers(),
                version_seen=form.cleaned_data["version"], source=form.source,
            )  # fmt: skip
            say(request, "The answers are kept." if changed else "Nothing was changed.")
            return reverse("person_equality", args=[person_id])

        try:
            if answer := save(request, form, make):
                return answer
        except Conflict as conflict:
            theirs = {name: _answer(standing.get(name))[0] for name in QUESTIONS}
            yours = {
                name: label(name, given.code) if given.code else label("answer_state", given.state)
                for name, given in form.answers().items()
            }
            both = side_by_side(conflict.words, conflict.by, EqualityForm.LABELS, theirs, yours)
            from_now_on(form, request, stamp(standing))
    return draw(request, "equality_edit", frame, "equality", form=form, both=both, questions=QUESTIONS)
