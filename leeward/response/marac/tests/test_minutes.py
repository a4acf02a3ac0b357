"""Minutes: redacted for each reader by the database, as a page and as an accessible document, made in seconds."""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.models import Case, CasePerson, NamedUser
from leeward.record.people.actions.walls import set_wall
from leeward.response.marac.actions.minuting import (
    ActionFacts,
    add_action,
    add_line,
    end_meeting,
    mark_heard,
    publish_minutes,
    withhold_line,
)
from leeward.response.marac.actions.research import share_research
from leeward.response.marac.documents import render
from leeward.response.marac.documents.minutes import as_document
from leeward.response.marac.models import Item, MaracAction, Meeting, MinuteLine
from leeward.response.marac.queries.minutes import minutes_of, not_for_agencies, redacted
from leeward.response.marac.queries.table import table_of
from tests.homes import statements
from tests.maracs import Round, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def held(round_: Round, *givens: str) -> tuple[Meeting, list[Item]]:
    """A meeting that is over: each item heard, with lines, research and an action."""
    meeting, items = round_.circulated(*givens, children=1)
    research = {item.id: round_.researched("police_rep", item, "Called out twice") for item in items}
    round_.open(meeting, here=("police_rep", "haven_rep"))
    from leeward.response.marac.actions.minuting import go_to_item

    for item in items:
        go_to_item(by=round_.world.act("chair"), meeting=meeting, to=item.id)
        share_research(by=round_.world.act("police_rep"), research=research[item.id])
        by = round_.world.act("chair")
        add_line(by=by, item=item, kind="voice", words="She wants to stay near her mother")
        add_line(by=by, item=item, kind="discussion", words="His brother works at the housing office")
        add_action(
            by=by, item=item,
            facts=ActionFacts(round_.world.organisations["haven"].id, "New locks", timezone.localdate(), "victim"),
        )  # fmt: skip
        mark_heard(by=by, item=item)
    end_meeting(by=round_.world.act("chair"), meeting=meeting)
    return Meeting.objects.get(id=meeting.id), items


def text_of(pdf: bytes) -> str:
    """What a reader of the file is told of its structure: every stream of it, unpacked."""
    found = [pdf]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found).decode("latin-1")


def test_a_withheld_line_is_hidden_by_the_database_on_the_page_and_in_the_document(round_: Round) -> None:
    meeting, _ = held(round_, "Maya")
    page = round_.browser("chair")
    round_.world.act("chair")
    line = MinuteLine.objects.get(kind="discussion")
    where = reverse("marac_line_withhold", args=[line.id])
    assert page.post(where, {"organisations": [round_.world.organisations["haven"].id]}).status_code == 303
    publish_minutes(by=round_.world.act("chair"), meeting=meeting, notes="The next meeting is online.")
    minutes = reverse("marac_minutes", args=[meeting.id])
    haven = round_.browser("haven_rep").get(minutes).content.decode()
    assert "His brother works" not in haven
    assert "Called out twice" in haven
    assert "She wants to stay" in haven
    assert "His brother works" in round_.browser("police_rep").get(minutes).content.decode()
    by = round_.world.act("haven_rep")
    data = as_document(table_of(by, meeting.id), minutes_of(table_of(by, meeting.id)), for_whom="A")
    assert "His brother works" not in str(data)
    assert "Called out twice" in str(data)
    assert not MinuteLine.objects.filter(id=line.id).exists()


def test_a_line_is_never_withheld_from_who_answers_for_the_minutes(round_: Round) -> None:
    held(round_, "Maya")
    by = round_.world.act("chair")
    line = MinuteLine.objects.get(kind="discussion")
    with pytest.raises(Refused):
        withhold_line(by=by, line=line, organisations=[by.acts_for])


def test_what_replaced_a_withheld_line_and_what_it_replaced_stay_withheld(round_: Round) -> None:
    held(round_, "Maya")
    from leeward.response.marac.actions.minuting import correct_line

    by = round_.world.act("chair")
    line = MinuteLine.objects.get(kind="discussion")
    corrected = correct_line(by=by, line=line, kind="discussion", words="His cousin works there")
    withhold_line(by=by, line=corrected, organisations=[round_.world.organisations["haven"].id])
    round_.world.act("haven_rep")
    assert set(MinuteLine.objects.values_list("kind", flat=True)) == {"voice"}


def test_the_document_is_tagged_titled_and_keeps_its_reader_s_own_words_as_text(round_: Round) -> None:
    meeting, items = held(round_, "Maya")
    publish_minutes(by=round_.world.act("chair"), meeting=meeting)
    answer = round_.browser("haven_rep").get(reverse("marac_minutes_pdf", args=[meeting.id]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert "no-store" in answer["Cache-Control"]
    file = text_of(answer.content)
    assert answer.content.startswith(b"%PDF-")
    assert "pdfuaid:part" in file  # says of itself that it keeps PDF/UA
    for part in ("/StructTreeRoot", "/Lang", "/H2", "/Table", "/TH", "/MarkInfo", "Minutes of a meeting"):
        assert part in file, part
    del items
    # What somebody typed is text, never markup.
    typed = {**_empty(), "notes": '#panic("no") *bold* $x$ = heading \\ "'}
    assert render("minutes", typed).startswith(b"%PDF-")


def _empty() -> dict[str, object]:
    return {
        "title": "Minutes of a meeting", "table": "North", "on": "1 May 2026", "from": "09:30", "until": "12:30",
        "place": "", "for_whom": "A reader", "closed": "", "notes": "", "present": [], "apologies": [],
        "observers": [], "outstanding": [], "items": [], "gone": [],
    }  # fmt: skip


def test_a_walled_reader_gets_the_document_without_that_item(round_: Round) -> None:
    meeting, items = held(round_, "Maya", "Ann")
    publish_minutes(by=round_.world.act("chair"), meeting=meeting)
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=round_.world.users["haven_rep"].id,
    )  # fmt: skip
    by = round_.world.act("haven_rep")
    found = table_of(by, meeting.id)
    data = as_document(found, minutes_of(found), for_whom="A")
    assert len(data["items"]) == 1
    assert data["items"][0]["number"] == 1
    assert data["closed"] == "You cannot take part in one item."
    assert "Maya" not in str(data) or "Ann" not in str(data)


def test_minutes_are_a_draft_until_they_are_published_and_then_they_stand(round_: Round) -> None:
    meeting, items = held(round_, "Maya")
    rep = round_.browser("police_rep")
    assert rep.get(reverse("marac_minutes_pdf", args=[meeting.id])).status_code == 404
    page = round_.browser("coordinator")
    assert page.post(reverse("marac_publish", args=[meeting.id]), {"notes": "All well"}).status_code == 303
    assert rep.get(reverse("marac_minutes_pdf", args=[meeting.id])).status_code == 200
    assert "All well" in rep.get(reverse("marac_minutes", args=[meeting.id])).content.decode()
    with pytest.raises(Refused):
        add_line(by=round_.world.act("chair"), item=items[0], kind="risk", words="Late")
    # Nothing of a person in what the browser keeps: neither the title nor the address.
    text = rep.get(reverse("marac_minutes", args=[meeting.id])).content.decode()
    assert "Maya" not in text.split("</title>")[0]


def test_the_chair_s_set_has_one_document_for_each_agency(round_: Round) -> None:
    meeting, _ = held(round_, "Maya")
    answer = round_.browser("chair").get(reverse("marac_minutes_set", args=[meeting.id]))
    folder = zipfile.ZipFile(io.BytesIO(answer.content))
    # For the agency from which a line is withheld, it is not in the copy.
    round_.world.act("chair")
    line, haven = MinuteLine.objects.get(kind="discussion"), round_.world.organisations["haven"].id
    by = round_.world.act("chair")
    withhold_line(by=by, line=line, organisations=[haven])
    found = table_of(by, meeting.id)
    whole = minutes_of(found)
    assert "His brother works" in str(as_document(found, whole, for_whom=""))
    assert "His brother works" not in str(as_document(found, redacted(whole, haven, set()), for_whom=""))
    assert folder.namelist() == [f"minutes-{number}.pdf" for number in range(1, 5)]
    assert round_.browser("police_rep").get(reverse("marac_minutes_set", args=[meeting.id])).status_code == 403


def copy_for(round_: Round, meeting: Meeting, organisation: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the chair's copy for an agency is drawn from."""
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "leeward.response.marac.views.minutes.render_document", lambda _, data: (drawn.append(data), b"%PDF-")[1]
    )
    assert round_.browser("chair").get(reverse("marac_minutes_set", args=[meeting.id])).status_code == 200
    name = round_.world.organisations[organisation].name
    return next(one for one in drawn if one["for_whom"].startswith(f"{name}:"))


def test_an_agency_s_copy_leaves_out_what_one_who_sits_there_may_not_read(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, items = held(round_, "Maya", "Ann")
    whole = copy_for(round_, meeting, "haven", monkeypatch)
    assert [one["number"] for one in whole["items"]] == [1, 2]
    assert whole["closed"] == ""
    assert "who has a seat there, and for nobody else" in whole["for_whom"]

    set_wall(
        by=round_.world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=round_.world.users["haven_rep"].id,
    )  # fmt: skip
    copy = copy_for(round_, meeting, "haven", monkeypatch)
    assert "Maya" not in str(copy)
    assert [one["who"].split()[0] for one in copy["items"]] == ["Ann"]
    assert copy["items"][0]["number"] == 1  # no gap tells where it stood
    assert copy["closed"] == "One item is not in this copy."
    # Nobody of the police is kept from her.
    assert len(copy_for(round_, meeting, "police", monkeypatch)["items"]) == 2
    page = round_.browser("chair").get(reverse("marac_minutes", args=[meeting.id])).content.decode()
    assert "Hand a copy only to people who have a seat for that agency" in page


def test_a_copy_also_leaves_out_an_item_for_a_wall_around_a_child_and_for_a_restricted_case(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, items = held(round_, "Maya", "Ann")
    round_.world.act("idva")
    child = CasePerson.objects.filter(case=items[0].case_id, part="child").values_list("person_id", flat=True)[0]
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=child, reason="His teacher’s brother",
        user_id=round_.world.users["health_rep"].id,
    )  # fmt: skip
    assert [one["who"].split()[0] for one in copy_for(round_, meeting, "point", monkeypatch)["items"]] == ["Ann"]
    case = Case.objects.get(id=items[1].case_id)
    by = round_.world.act("harbour_manager")
    restrict_case(by=by, case=case, user_ids=[by.worker_id, round_.world.users["idva"].id], why="She asked for it")
    for user in ("chair", "coordinator", "police_rep"):
        NamedUser(case=case, user=round_.world.users[user], added_by_id=by.user_id).save(force_insert=True)
    refresh_sight(case.id)
    assert copy_for(round_, meeting, "point", monkeypatch)["items"] == []
    assert [one["who"].split()[0] for one in copy_for(round_, meeting, "haven", monkeypatch)["items"]] == ["Maya"]
    assert len(copy_for(round_, meeting, "police", monkeypatch)["items"]) == 2


def test_an_earlier_action_on_an_item_that_is_left_out_is_left_out_too(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, items = held(round_, "Maya")
    MaracAction.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    later, _ = held(round_, "Ann")
    assert "New locks" in str(copy_for(round_, later, "haven", monkeypatch)["outstanding"])
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=round_.world.users["haven_rep"].id,
    )  # fmt: skip
    assert copy_for(round_, later, "haven", monkeypatch)["outstanding"] == []


def test_who_does_not_arrange_is_told_nothing_of_who_may_not_read_what(round_: Round) -> None:
    _, items = held(round_, "Maya")
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=round_.world.users["haven_rep"].id,
    )  # fmt: skip
    round_.world.act("chair")
    assert not_for_agencies([items[0].id]) == {round_.world.organisations["haven"].id: {items[0].id}}
    for user in ("police_rep", "haven_rep", "idva"):
        round_.world.act(user)
        assert not_for_agencies([items[0].id]) == {}, user


def test_the_minutes_cost_the_same_with_more_in_them(round_: Round) -> None:
    few, _ = held(round_, "Maya")
    many, _ = held(round_, "Ann", "Bea", "Cat")
    page = round_.browser("chair")
    page.get(reverse("marac_minutes", args=[few.id]))
    small = statements(page, reverse("marac_minutes", args=[few.id]))
    large = statements(page, reverse("marac_minutes", args=[many.id]))
    assert len(small) == len(large)
    assert len(large) <= 20


def test_thirty_items_of_twelve_agencies_are_drawn_in_seconds() -> None:
    fact = {"on": "1 May 2026", "words": "They were called out again. " * 3, "source": "record", "about": "A child"}
    item = {
        "who": "Somebody", "born": "4 March 1990", "children": ["Noor"], "harming": ["Erik"], "repeat": True,
        "brought_by": "Harbour", "level": "High",
        "lines": [{"kind": "Discussion", "lines": [{"words": "What was said. " * 10, "said_by": ""}] * 4}],
        "told": [{"agency": f"Agency {n}", "known": "Known to us", "why": "", "facts": [fact] * 2, "opinions": [fact]}
                 for n in range(12)],
        "actions": [{"words": "Ring", "agency": "Police", "by": "1 May", "for_whom": "A child", "wishes": "",
                     "state": "To be done"}] * 4,
    }  # fmt: skip
    begun = time.monotonic()
    for reader in range(3):
        data = {**_empty(), "for_whom": f"Reader {reader}", "items": [{**item, "number": n} for n in range(1, 31)]}
        assert len(render("minutes", data)) > 100_000
    assert time.monotonic() - begun < 10
