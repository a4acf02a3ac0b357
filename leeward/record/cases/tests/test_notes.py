"""Notes: drafts survive, corrections keep the old wording, two editors lose nothing, private stays private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import Draft
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.notes import NoteFacts, add_note, correct_note
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, ChronologyEntry, Note, NoteVersion
from tests.worlds import World


def facts(text: str = "She feels watched after school.", **changed: object) -> NoteFacts:
    values: dict[str, object] = {"kind": "spoke", "text": text, "happened_at": timezone.now() - timedelta(hours=1)}
    return NoteFacts(**{**values, **changed})  # type: ignore[arg-type]


def typed(**changed: str) -> dict[str, str]:
    today = timezone.localdate() - timedelta(days=1)
    return {
        "kind": "spoke", "happened_on-day": str(today.day), "happened_on-month": str(today.month),
        "happened_on-year": str(today.year), "happened_at": "9:30", "minutes": "25", "seen_alone": "yes",
        "present": "her sister", "text": "She feels watched after school.", **changed,
    }  # fmt: skip


def shared_fully(world: World, case: Case, organisation: str = "haven") -> None:
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations[organisation].id, organisation_name="x",
        scope=3, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip


def test_a_note_is_a_line_of_the_chronology(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    answer = browser.post(reverse("case_note_add", args=[case.id]), typed())
    assert answer.status_code == 303
    world.act("idva")
    note = Note.objects.get()
    assert (note.minutes, note.seen_alone, note.present, note.author_name) == (25, "yes", "her sister", "Ruth Adeyemi")
    assert ChronologyEntry.objects.get(about_id=note.id).title == "Spoke with the person, 25 minutes, seen alone"
    shown = browser.get(reverse("case", args=[case.id])).content.decode()
    assert "She feels watched after school." in shown


def test_the_same_form_sent_twice_makes_one_note(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    page = browser.get(reverse("case_note_add", args=[case.id])).content.decode()
    token = page.split('name="once_token"')[1].split('value="')[1].split('"')[0]
    first = browser.post(reverse("case_note_add", args=[case.id]), typed(once_token=token))
    second = browser.post(reverse("case_note_add", args=[case.id]), typed(once_token=token))
    assert first.headers["Location"] == second.headers["Location"]
    world.act("idva")
    assert Note.objects.count() == 1


def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    page = browser.post(
        reverse("case_note_add", args=[case.id]), typed(**{"happened_on-day": "31", "happened_on-month": "2"})
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "<title>Error:" in text
    assert "She feels watched after school." in text
    ahead = (timezone.localtime() + timedelta(hours=2)).time()
    if ahead.hour > timezone.localtime().hour:  # not around midnight
        today = timezone.localdate()
        later = browser.post(reverse("case_note_add", args=[case.id]), typed(**{
            "happened_on-day": str(today.day), "happened_on-month": str(today.month),
            "happened_on-year": str(today.year), "happened_at": ahead.strftime("%H:%M"),
        })).content.decode()  # fmt: skip
        assert "This time lies ahead" in later
    world.act("idva")
    assert Note.objects.count() == 0


def test_a_draft_survives_and_is_sealed(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    saved = browser.post(
        reverse("case_note_draft", args=[case.id]),
        typed(text="half a sentence about", autosave="1", **{"happened_on-day": "45"}),
    )
    assert (saved.status_code, saved.json()) == (200, {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM access_draft")
        (sealed,) = cursor.fetchone()
    assert b"half a sentence" not in bytes(sealed)
    page = browser.get(reverse("case_note_add", args=[case.id])).content.decode()
    assert "half a sentence about" in page
    assert 'value="45"' in page, "what was typed wrongly comes back too"
    assert "Your draft is back" in page
    other = world.browser("harbour_manager").get(reverse("case_note_add", args=[case.id])).content.decode()
    assert "half a sentence" not in other
    browser.post(reverse("case_note_add", args=[case.id]), typed())
    world.act("idva")
    assert Draft.objects.count() == 0, "sent, so forgotten"


def test_a_draft_can_be_put_away(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    browser.post(reverse("case_note_draft", args=[case.id]), typed(autosave="1"))
    browser.post(reverse("case_note_draft", args=[case.id]), {"discard": "yes"})
    world.act("idva")
    assert Draft.objects.count() == 0


def test_nobody_else_drafts_into_a_case(world: World) -> None:
    case = world.case()
    answer = world.browser("haven_worker").post(reverse("case_note_draft", args=[case.id]), typed(autosave="1"))
    assert answer.status_code == 404


def test_a_correction_keeps_the_old_wording(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    note = add_note(by=by, case=case, facts=facts("He has a key."))
    browser = world.browser("harbour_manager")
    answer = browser.post(
        reverse("case_note_correct", args=[case.id, note.id]), typed(text="He has no key.", version="1")
    )
    assert answer.status_code == 303
    page = browser.get(reverse("case_note", args=[case.id, note.id])).content.decode()
    assert "He has no key." in page
    assert "He has a key." in page
    assert "Ruth Adeyemi" in page
    chronology = browser.get(reverse("case", args=[case.id])).content.decode()
    assert "He has no key." in chronology
    assert "He has a key." not in chronology, "what was wrong stands nowhere as if it were true"
    assert "corrected" in chronology


def test_the_second_of_two_editors_sees_both_and_loses_nothing(world: World) -> None:
    case = world.case()
    note = add_note(by=world.act("idva"), case=case, facts=facts("First wording."))
    address = reverse("case_note_correct", args=[case.id, note.id])
    one, two = world.browser("idva"), world.browser("harbour_manager")
    assert one.post(address, typed(text="What Ruth wrote.", version="1")).status_code == 303
    page = two.post(address, typed(text="What Helen wrote.", version="1"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Somebody else corrected this note while you were writing." in text
    assert text.count("What Ruth wrote.") >= 1
    assert text.count("What Helen wrote.") >= 2, "beside theirs, and in the form"
    assert 'name="version" id="id_version" value="2"' in text
    # Closing the browser now loses nothing either.
    assert "What Helen wrote." in two.get(address).content.decode()
    assert two.post(address, typed(text="What both wrote.", version="2")).status_code == 303
    world.act("idva")
    assert Note.objects.get().text == "What both wrote."
    assert list(NoteVersion.objects.order_by("version").values_list("text", flat=True)) == [
        "First wording.", "What Ruth wrote.",
    ]  # fmt: skip


def test_a_conflict_carries_what_stands(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    note = add_note(by=by, case=case, facts=facts("One."))
    correct_note(by=by, note=note, facts=facts("Two."), version=1)
    with pytest.raises(Conflict) as conflict:
        correct_note(by=by, note=note, facts=facts("Three."), version=1)
    assert conflict.value.theirs["text"] == "Two."
    assert Note.objects.get().text == "Two."


def test_what_an_organisation_keeps_to_itself_stays(world: World) -> None:
    case = world.case()
    shared_fully(world, case)
    by = world.act("idva")
    own = add_note(by=by, case=case, facts=facts("A worry of ours.", own_organisation=True))
    open_note = add_note(by=by, case=case, facts=facts("For everybody."))
    world.act("haven_worker")
    assert set(Note.objects.values_list("id", flat=True)) == {open_note.id}
    assert not ChronologyEntry.objects.filter(about_id=own.id).exists()
    browser = world.browser("haven_worker")
    page = browser.get(reverse("case", args=[case.id])).content.decode()
    assert "A worry of ours." not in page
    assert "For everybody." in page
    assert browser.get(reverse("case_note", args=[case.id, own.id])).status_code == 404


def test_hiding_a_note_hides_its_earlier_wordings_too(world: World) -> None:
    case = world.case()
    shared_fully(world, case)
    by = world.act("idva")
    note = add_note(by=by, case=case, facts=facts("Written for all by mistake."))
    correct_note(by=by, note=note, facts=facts("Written for all by mistake!"), version=1)
    correct_note(by=by, note=note, facts=facts("Ours.", own_organisation=True), version=2)
    world.act("haven_worker")
    assert Note.objects.count() == NoteVersion.objects.count() == 0
    assert not ChronologyEntry.objects.filter(about_kind="note").exists()
    world.act("idva")
    assert NoteVersion.objects.count() == 2


def test_another_organisation_cannot_correct_a_note(world: World) -> None:
    case = world.case()
    shared_fully(world, case)
    note = add_note(by=world.act("idva"), case=case, facts=facts())
    by = world.act("haven_worker")
    with pytest.raises(Refused, match="Only the organisation"):
        correct_note(by=by, note=note, facts=facts("Changed."), version=1)
    answer = world.browser("haven_worker").get(reverse("case_note_correct", args=[case.id, note.id]))
    assert answer.status_code == 404


@pytest.mark.parametrize("text", ["x" * 20_001, "\x00", "   "])
def test_text_that_cannot_be_kept_is_refused_in_words(world: World, text: str) -> None:
    case = world.case()
    page = world.browser("idva").post(reverse("case_note_add", args=[case.id]), typed(text=text))
    assert page.status_code == 200
    assert "govuk-error-summary" in page.content.decode()


@pytest.mark.parametrize("text", ["😀 🧿", "مرحبا بك", "<script>alert(1)</script>"])
def test_any_script_and_any_mark_is_kept_as_typed(world: World, text: str) -> None:
    case, browser = world.case(), world.browser("idva")
    assert browser.post(reverse("case_note_add", args=[case.id]), typed(text=text)).status_code == 303
    world.act("idva")
    assert Note.objects.get().text == text
    assert "<script>alert" not in browser.get(reverse("case", args=[case.id])).content.decode()
