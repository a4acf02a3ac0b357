"""What somebody wrote freely is for who sees the whole case; a summary says what happened and no more (decision 0004)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.closing import close_case, reopen_case
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.leading import allocate_case
from leeward.record.cases.actions.sharing import change_share, end_share, share_case
from leeward.record.cases.models import Case, ChronologyEntry, Involvement
from leeward.record.cases.queries.chronology import chronology
from leeward.record.cases.queries.sharing import what_opens
from leeward.record.cases.tests.test_leading import ANSWERS
from tests.worlds import World

SAID = "He has the key of her sister, and said so"


def give(world: World, case: Case, to: str, **options: object) -> Involvement:
    target = world.organisations[to]
    values = {"scope": 3, "lawful_basis": "public_task", "told": "told_agreed", "at_once": True, **options}
    return share_case(
        by=world.act("idva"), case=case, organisation_id=target.id, organisation_name=target.name, **values
    )  # type: ignore[arg-type]


def shared(world: World, case: Case) -> None:
    give(world, case, "police", told="not_told", why=SAID)


def ended(world: World, case: Case) -> None:
    end_share(by=world.act("idva"), case=case, share=give(world, case, "police"), reason=SAID)


def changed(world: World, case: Case) -> None:
    share = give(world, case, "police")
    change_share(by=world.act("idva"), case=case, share=share, scope=2, address=False, risk=False, until=None, why=SAID)


def given(world: World, case: Case) -> None:
    by = world.act("harbour_manager")
    allocate_case(
        by=by, case=case, worker_id=world.users["harbour_manager"].id, team_id=None, reason=SAID, version=case.version
    )


def closed(world: World, case: Case) -> None:
    close_case(
        by=world.act("idva"),
        case=case,
        reason="no_contact",
        answers=ANSWERS,
        version=case.version,
        note=SAID,
        end_shares=False,
    )


def opened_again(world: World, case: Case) -> None:
    close_case(
        by=world.act("idva"), case=case, reason="no_contact", answers=ANSWERS, version=case.version, end_shares=False
    )
    reopen_case(by=world.act("idva"), case=case, why=SAID)


def emergency(world: World, case: Case) -> None:
    break_glass(by=world.act("officer"), reference=case.reference, reason=SAID)


def told(world: World, case: Case) -> None:
    add_entry(by=world.act("idva"), case=case, kind="contact", title="Asked for help", words=SAID, scope=2)


EACH = [shared, ended, changed, given, closed, opened_again, emergency, told]


@pytest.mark.parametrize("happens", EACH, ids=lambda each: each.__name__)
def test_a_summary_says_that_it_happened_and_not_what_was_written(
    world: World, happens: Callable[[World, Case], None]
) -> None:
    case = world.case()
    give(world, case, "haven", scope=2)
    happens(world, Case.objects.get(id=case.id))
    world.act("idva")
    whole = chronology(case.id).lines
    (line,) = [line for line in whole if SAID in line.text]
    assert [other.title for other in whole].count(line.title) == 1, "who reads the words is not told twice"
    world.act("haven_worker")
    assert not [entry for entry in ChronologyEntry.objects.filter(case=case) if SAID in entry.text + entry.title]
    assert line.title in [entry.title for entry in ChronologyEntry.objects.filter(case=case)]
    page = world.browser("haven_worker").get(reverse("case", args=[case.id])).content.decode()
    assert line.title.split(":")[0] in page
    assert SAID not in page


def test_a_coded_text_and_free_words_are_two_lines(world: World) -> None:
    by, case = world.act("idva"), world.case()
    with pytest.raises(AssertionError):
        add_entry(by=by, case=case, kind="status", title="Both", text="No contact", words=SAID, scope=2)


def test_long_words_are_told_on_the_page_and_on_paper_to_their_end(world: World) -> None:
    case = world.case()
    long = "He said it again and again. " * 30 + "At last she left."
    add_entry(by=world.act("idva"), case=case, kind="home", title="Moved", words=long, at=timezone.now())
    (line,) = [line for line in chronology(case.id).lines if line.title == "Moved"]
    assert line.text.endswith(" …")
    assert len(line.text) <= 420
    browser = world.browser("idva")
    assert "At last she left." in browser.get(reverse("case", args=[case.id])).content.decode()
    assert "At last she left." in browser.get(reverse("case_print", args=[case.id])).content.decode()


def test_a_line_and_its_words_count_as_one_for_who_is_given_the_whole(world: World) -> None:
    case = world.case()
    before = what_opens(case, scope=3, address=True, risk=True).lines
    told(world, case)
    assert what_opens(case, scope=3, address=True, risk=True).lines == before + 1
    assert what_opens(case, scope=2, address=True, risk=True).lines == before + 1
