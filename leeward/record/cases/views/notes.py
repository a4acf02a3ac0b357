"""Notes: write, read with earlier wordings, correct. What is typed is kept as it is typed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit, drafts
from leeward.platform.access.acting import Acting
from leeward.platform.access.web import Both, attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import when
from leeward.record.cases.actions.notes import NoteFacts, add_note, correct_note, facts_of
from leeward.record.cases.forms.notes import CorrectNoteForm, NoteForm, as_initial
from leeward.record.cases.models import Note, NoteVersion
from leeward.record.cases.queries.case import case_frame, find_case
from leeward.record.cases.views.common import draw

ADD, CORRECT = "note_add", "note_correct"
LABELS = {
    "kind": "What it was", "happened_at": "When", "minutes": "Minutes", "seen_alone": "Seen alone",
    "present": "Who else was there", "text": "What happened", "own_organisation": "Only my organisation",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def case_note_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write a note. A draft left before is there again."""
    by, frame = who(request), case_frame(case_id)
    draft = drafts.load(by=by, form=ADD, subject=case_id) if request.method == "GET" else None
    now = timezone.localtime()
    initial: dict[str, Any] = {"happened_on": now.date(), "happened_at": now.time().replace(second=0, microsecond=0)}
    if draft is not None:
        initial |= draft.initial(NoteForm)
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            note = add_note(by=by, case=frame.case, facts=form.facts())
            drafts.discard(by=by, form=ADD, subject=case_id)
            return reverse("case_note", args=[case_id, note.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The note was saved.")
            return redirect_to(address)
    return draw(
        request, "note_form", frame, "chronology", form=form, draft=draft, both=None,
        autosave_to=reverse("case_note_draft", args=[case_id]), note=None,
    )  # fmt: skip


@require_safe
def case_note(request: HttpRequest, case_id: int, note_id: int) -> HttpResponse:
    """A note with its earlier wordings."""
    by, frame = who(request), case_frame(case_id)
    note = _note(case_id, note_id)
    earlier = list(NoteVersion.objects.filter(note=note).order_by("-version"))
    audit.record("read_note", "note", note.id, person=frame.case.person_id)
    return draw(
        request, "note", frame, "chronology", note=note, earlier=earlier,
        may_correct=note.organisation_id == by.organisation_id,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def case_note_correct(request: HttpRequest, case_id: int, note_id: int) -> HttpResponse:
    """Correct a note; the second of two editors sees both wordings and loses nothing."""
    by, frame = who(request), case_frame(case_id)
    note = _note(case_id, note_id)
    if note.organisation_id != by.organisation_id:
        raise Http404
    draft = drafts.load(by=by, form=CORRECT, subject=note_id) if request.method == "GET" else None
    initial = {**as_initial(facts_of(note)), "version": note.version}
    both: Both | None = None
    if draft is not None:
        initial |= draft.initial(CorrectNoteForm)
        if str(initial["version"]) != str(note.version):
            # Left unfinished, and meanwhile somebody else corrected it.
            both = Both("Somebody else corrected this note since you began to write.", note.author_name,
                        [("What happened", note.text, str(initial.get("text", "")))])  # fmt: skip
            initial["version"] = note.version
    form = CorrectNoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(
                form,
                lambda: correct_note(by=by, note=note, facts=form.facts(), version=form.cleaned_data["version"]),
            )
        except Conflict as conflict:
            theirs = NoteFacts(**conflict.theirs)  # type: ignore[arg-type]  # what facts_of answered
            both = side_by_side(conflict.words, conflict.by, LABELS, _in_words(theirs), _in_words(form.facts()))
            _keep(by, CORRECT, note_id, request)
            from_now_on(form, request, note.version)
        if done is not None:
            drafts.discard(by=by, form=CORRECT, subject=note_id)
            say(request, "The note was corrected. The wording before stays with it.")
            return go("case_note", case_id, note_id)
    return draw(
        request, "note_form", frame, "chronology", form=form, draft=draft, both=both, note=note,
        autosave_to=reverse("case_note_correct_draft", args=[case_id, note_id]),
    )  # fmt: skip


@require_POST
def case_note_draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep what is being typed into a new note, or put it away."""
    find_case(case_id)
    return _autosave(request, ADD, case_id, "case_note_add", case_id)


@require_POST
def case_note_correct_draft(request: HttpRequest, case_id: int, note_id: int) -> HttpResponse:
    """Keep what is being typed into a correction, or put it away."""
    _note(case_id, note_id)
    return _autosave(request, CORRECT, note_id, "case_note_correct", case_id, note_id)


def _autosave(request: HttpRequest, form: str, subject: int, back: str, *args: int) -> HttpResponse:
    by = who(request)
    if "discard" in request.POST:
        drafts.discard(by=by, form=form, subject=subject)
        say(request, "The draft was put away.")
        return go(back, *args)
    try:
        _keep(by, form, subject, request)
    except Refused as problem:
        return JsonResponse({"message": problem.words}, status=409)
    return JsonResponse({})


def _keep(by: Acting, form: str, subject: int, request: HttpRequest) -> None:
    drafts.save(by=by, form=form, subject=subject, data=request.POST)


def _note(case_id: int, note_id: int) -> Note:
    note = Note.objects.filter(id=note_id, case_id=case_id).first()
    if note is None:
        raise Http404
    return note


def _in_words(facts: NoteFacts) -> dict[str, str]:
    return {
        **{name: str(value or "") for name, value in asdict(facts).items()},
        "kind": label("note_kind", facts.kind),
        "happened_at": when(facts.happened_at),
        "seen_alone": label("three_answers", facts.seen_alone),
        "own_organisation": "Yes" if facts.own_organisation else "No",
    }
