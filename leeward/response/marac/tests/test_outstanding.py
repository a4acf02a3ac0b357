"""What earlier meetings left: overdue, not done, and what could not be done any more, everywhere the chair looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.response.marac.actions.following_up import answer_action
from leeward.response.marac.actions.minuting import ActionFacts, add_action, end_meeting, mark_heard
from leeward.response.marac.documents.minutes import as_document
from leeward.response.marac.models import MaracAction, Meeting
from leeward.response.marac.queries.agenda import outstanding_of
from leeward.response.marac.queries.minutes import minutes_of
from leeward.response.marac.queries.table import table_of
from tests.maracs import Round, table
from tests.worlds import World

WORDS = {"open": "Fit a lamp", "not_done": "Ring the school", "changed": "Find a refuge place", "done": "Mark the home"}


@pytest.fixture
def owed(world: World) -> tuple[Round, Meeting]:
    """A meeting that was held, its four actions answered each in another way, and the next meeting."""
    round_ = table(world)
    meeting, items = round_.opened("Maya")
    by = world.act("chair")
    for key, words in WORDS.items():
        agency = world.organisations["haven" if key in ("open", "done") else "police"].id
        row = add_action(by=by, item=items[0], facts=ActionFacts(agency, words, timezone.localdate(), "victim"))
        MaracAction.objects.filter(id=row.id).update(due_on=timezone.localdate() - timedelta(days=1))
    mark_heard(by=by, item=items[0])
    end_meeting(by=by, meeting=meeting)
    Meeting.objects.filter(id=meeting.id).update(
        begins_at=timezone.now() - timedelta(hours=4), closed_at=timezone.now() - timedelta(hours=2)
    )
    for key, user in (("not_done", "police_rep"), ("changed", "police_rep"), ("done", "haven_rep")):
        by = world.act(user)
        action = MaracAction.objects.get(words=WORDS[key])
        answer_action(by=by, action=action, status=key, outcome=f"About {key}", version=action.version)
    following, _ = round_.circulated("Ann")
    return round_, following


def test_the_chair_hears_what_was_not_done_and_what_changed_apart(owed: tuple[Round, Meeting]) -> None:
    round_, following = owed
    chair = round_.browser("chair")
    round_.open(following)
    for where in (
        reverse("marac_actions_overdue", args=[round_.marac.id]),
        reverse("marac_actions_overdue", args=[round_.marac.id]) + "?print=1",
        reverse("marac_agenda", args=[following.id]), reverse("marac_agenda_print", args=[following.id]),
        reverse("marac_meeting_chair", args=[following.id]), reverse("marac_minutes", args=[following.id]),
    ):  # fmt: skip
        text = chair.get(where).content.decode()
        for key in ("open", "not_done", "changed"):
            assert WORDS[key] in text, (where, key)
        assert "About changed" in text, where
        assert WORDS["done"] not in text, where


def test_the_minutes_say_it_in_their_document_split_by_what_became_of_it(owed: tuple[Round, Meeting]) -> None:
    round_, following = owed
    by = round_.world.act("chair")
    shown = table_of(by, following.id)
    data = as_document(
        shown, minutes_of(shown), for_whom="the chair", outstanding=outstanding_of(round_.marac.id, following)
    )
    assert [(one["kind"], [row["words"] for row in one["actions"]]) for one in data["outstanding"]] == [
        ("Overdue", ["Fit a lamp"]),
        ("Not done", ["Ring the school"]),
        ("Could not be done: circumstances changed", ["Find a refuge place"]),
    ]
    pdf = round_.browser("chair").get(reverse("marac_minutes_pdf", args=[following.id]))
    assert pdf.content.startswith(b"%PDF")


def test_an_answer_that_an_earlier_meeting_has_heard_is_not_told_again(owed: tuple[Round, Meeting]) -> None:
    round_, _ = owed
    round_.world.act("chair")
    Meeting.objects.filter(status=Meeting.HELD).update(closed_at=timezone.now() + timedelta(minutes=1))
    found = outstanding_of(round_.marac.id)
    assert [row.words for row in found.all] == [WORDS["open"]]


def test_the_list_is_narrowed_to_one_agency(owed: tuple[Round, Meeting]) -> None:
    round_, _ = owed
    where = reverse("marac_actions_overdue", args=[round_.marac.id])
    text = round_.browser("chair").get(f"{where}?agency={round_.world.organisations['haven'].id}").content.decode()
    assert WORDS["open"] in text
    assert WORDS["not_done"] not in text
