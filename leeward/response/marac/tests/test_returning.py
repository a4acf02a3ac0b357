"""The return through its pages: what is missing, sending it with a reason, what was sent stays; and who may."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leeward.record.people.models import Wall
from leeward.response.marac.actions.minuting import agree_level, end_meeting, mark_heard
from leeward.response.marac.models import Item, Meeting, ReturnSent
from leeward.response.marac.queries.board import Share
from leeward.response.marac.queries.picture import bars
from leeward.response.marac.queries.returns import (
    Figures,
    as_csv,
    quarter_of,
    quarters,
    safe_cell,
    year_before,
    year_from,
)
from tests.maracs import Round, table
from tests.worlds import World

PAGES = ("/marac/return", "/marac/year", "/marac/board", "/marac/causing-harm", "/marac/daily")


@pytest.fixture
def held(world: World) -> tuple[Round, Meeting]:
    """A meeting of the quarter that is over, with two cases heard."""
    one = table(world)
    meeting, items = one.opened("Maya", "Nora", children=2)
    by = world.act("chair")
    for item in items:
        item.refresh_from_db()
        agree_level(by=by, item=item, level="high", version=item.version)
        mark_heard(by=by, item=Item.objects.get(id=item.id))
    meeting.refresh_from_db()
    end_meeting(by=by, meeting=meeting)
    then = datetime.combine(quarters(2)[1].since + timedelta(days=20), datetime.min.time(), ZoneInfo("Europe/London"))
    Meeting.objects.filter(id=meeting.id).update(begins_at=then + timedelta(hours=9), status="minuted")
    return one, meeting


def text(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def send(one: Round, user: str, why: str) -> HttpResponse:
    browser = one.browser(user)
    page = text(browser.get("/marac/return"))
    found = re.search(r'<input[^>]*name="once_token"[^>]*>', page)
    assert found
    once = found[0].split('value="')[1].split('"')[0]
    return browser.post("/marac/return", {"once_token": once, "why": why})  # type: ignore[return-value]


def test_it_is_sent_with_a_reason_while_something_is_missing_and_stays_as_it_was(held: tuple[Round, Meeting]) -> None:
    one, _ = held
    page = text(one.browser("coordinator").get("/marac/return"))
    assert "What is missing" in page
    assert "Which referrals, and whom to ask (2)" in page
    refused = text(send(one, "coordinator", ""))
    assert "<title>Error: " in refused
    assert "Something is missing" in refused
    one.world.act("coordinator")
    assert not ReturnSent.objects.exists()
    assert send(one, "coordinator", "Nobody asked yet.").status_code == 303
    by = one.world.act("coordinator")
    row = ReturnSent.objects.get()
    assert row.sent_by == by.user_name
    assert row.why_incomplete == "Nobody asked yet."
    assert row.figures["total"]["numbers"]["cases"] == 2
    assert row.figures["total"]["numbers"]["children"] == 4
    assert {"field": "minoritised", "cases": 2} in row.missing
    one.world.act("chair")
    Item.objects.filter(case__person__called="Maya").update(children=9)
    browser = one.browser("coordinator")
    assert by_field(browser.get("/marac/return?as=csv"))["Children"] == ["11", "11", ""]
    kept = by_field(browser.get(f"/marac/returns/{row.id}?as=csv"))
    assert [kept[name][-2] for name in ("Cases", "Children", "Repeats")] == ["2", "4", "0"]
    assert "2" in text(browser.get(f"/marac/returns/{row.id}"))
    assert "Nobody asked yet." in text(browser.get(f"/marac/returns/{row.id}"))


def test_who_is_walled_from_something_it_counts_cannot_send_it(held: tuple[Round, Meeting]) -> None:
    one, _ = held
    one.world.act("harbour_manager")
    by = one.world.act("idva")
    item = Item.objects.filter(person__called="Maya").get()
    del by
    wall = Wall(person_id=item.person_id, user_id=one.world.users["coordinator"].id, kind="set", reason="Her aunt")
    one.world.act("harbour_manager")
    wall.save(force_insert=True)
    page = text(one.browser("coordinator").get("/marac/return"))
    assert "Somebody else has to send this return" in page
    assert "Send the return" not in page
    assert by_field(one.browser("coordinator").get("/marac/return?as=csv"))["Cases"][-2] == "1"
    assert by_field(one.browser("chair").get("/marac/return?as=csv"))["Cases"][-2] == "2"


def test_pages_are_for_who_arranges_or_counts(held: tuple[Round, Meeting]) -> None:
    one, _ = held
    one.world.add_user("counter", "Ben Quill", "council", "analyst")
    allowed = {
        "coordinator": dict.fromkeys(PAGES, 200),
        "police_rep": {**dict.fromkeys(PAGES, 403), "/marac/daily": 200},
        "idva": dict.fromkeys(PAGES, 403),
        "counter": {**dict.fromkeys(PAGES, 200), "/marac/causing-harm": 403, "/marac/daily": 403},
    }
    for user, pages in allowed.items():
        for page, status in pages.items():
            assert one.browser(user).get(page).status_code == status, (user, page)
    assert "Maya" not in "".join(text(one.browser("counter").get(page)) for page in PAGES[:3])
    counts = text(one.browser("counter").get("/marac/return"))
    assert "Which referrals" not in counts
    assert "Send the return" not in counts
    with CaptureQueriesContext(connection) as asked:
        for page in PAGES:
            before = len(asked.captured_queries)
            one.browser("coordinator").get(page)
            made = [
                q
                for q in asked.captured_queries[before:]
                if q["sql"].split(" ", 1)[0] in ("SELECT", "INSERT", "UPDATE")
            ]
            assert len(made) <= 15, (page, len(made))


@pytest.mark.parametrize("address", ["/marac/return?quarter=2026", "/marac/year?from=2026-13", "/marac/return?marac=7"])
def test_nonsense_in_an_address_is_not_found(held: tuple[Round, Meeting], address: str) -> None:
    assert held[0].browser("coordinator").get(address).status_code == 404


def test_no_cell_of_a_download_is_a_formula() -> None:
    for words in ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"):
        assert safe_cell(words) == f"'{words}"
    assert safe_cell("Men and boys") == "Men and boys"
    assert as_csv([["=HYPERLINK(1)", "2"]]) == "'=HYPERLINK(1),2\r\n"


def test_quarters_and_years_are_whole() -> None:
    moment = datetime(2026, 11, 22).date()
    assert (str(quarter_of(moment).since), str(quarter_of(moment).until)) == ("2026-10-01", "2026-12-31")
    assert str(year_from(datetime(2024, 3, 1).date()).until) == "2025-02-28"
    assert [one.until + timedelta(days=1) for one in quarters(4)[1:]] == [one.since for one in quarters(4)[:-1]]


def test_a_share_of_very_few_is_not_said() -> None:
    assert Share(3, 4).per_cent is None
    assert Share(3, 5).per_cent == 60


def test_the_picture_stands_on_the_ground_and_within_its_frame() -> None:
    some = [
        Figures(datetime(2026, 1, day).date(), day, {"cases": cases, "repeats": cases // 2})
        for day, cases in ((7, 3), (21, 13))
    ]
    drawn = bars(some)
    assert drawn is not None
    assert all(bar.y + bar.height == drawn.base and bar.y >= 0 and bar.repeat_y >= bar.y for bar in drawn.bars)
    assert drawn.bars[1].height > drawn.bars[0].height
    assert bars([Figures(numbers={"cases": 0})]) is None


# As the national figures are published.
PUBLISHED = [
    "Cases", "Children", "Repeats", "Partner-agency (non-police) referrals", "Black, Asian or racially minoritised",
    "LGBT+", "Disability", "Male victim", "Victims 16-17", "Aged 17 or under perpetrating",
]  # fmt: skip


def shown_in(page: str, caption: str) -> list[list[str]]:
    """The cells of a table of a page, line by line."""
    table = next(one for one in re.findall(r"<table.*?</table>", page, re.S) if caption in one.split("</caption>")[0])
    return [
        [
            re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", table, re.S)
    ]


def test_the_download_is_the_table_of_the_page_in_the_order_of_the_published_figures(
    held: tuple[Round, Meeting],
) -> None:
    one, meeting = held
    browser = one.browser("coordinator")
    send(one, "coordinator", "Nobody asked yet.")
    one.world.act("coordinator")
    row = ReturnSent.objects.get()
    begins = timezone.localdate(Meeting.objects.get(id=meeting.id).begins_at)
    for address, caption in (("/marac/return", "Each meeting"), (f"/marac/returns/{row.id}", "Its figures")):
        sent = lines(browser.get(f"{address}?as=csv"))
        assert sent[0] == ["Field", begins.isoformat(), "All", "Not known"]
        assert [line[0] for line in sent[1:11]] == PUBLISHED
        assert sent[1:] == shown_in(text(browser.get(address)), caption)[1:]
        partners = next(line for line in sent if line[0] == PUBLISHED[3])
        assert partners == [PUBLISHED[3], "2", "2", ""]  # both were referred by an adviser
        assert sent[11] == ["Referred by: Independent domestic violence advisers", "2", "2", ""]


def by_field(answer: HttpResponse) -> dict[str, list[str]]:
    return {line[0]: line[1:] for line in lines(answer)}


def lines(answer: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_the_year_stands_beside_the_year_before_the_levels_and_the_nation(held: tuple[Round, Meeting]) -> None:
    one, meeting = held
    browser = one.browser("coordinator")
    since = timezone.localtime(Meeting.objects.get(id=meeting.id).begins_at).date().replace(day=1)
    page = text(browser.get(f"/marac/year?from={since:%Y-%m}"))
    sent = lines(browser.get(f"/marac/year?from={since:%Y-%m}&as=csv"))
    shown = shown_in(page, "Beside the year before")
    level = 5  # on the page its source is a link, in the download its address
    assert [row[:level] + row[level + 1 :] for row in sent] == [row[:level] + row[level + 1 :] for row in shown]
    by_name = {row[0]: row for row in sent}
    assert by_name["Cases"][1:3] == ["2", ""]
    assert by_name["Cases"][6] == "119,985"
    assert by_name["Cases, change on the year before"][6:] == [
        "down 1.8 %",
        "up 5.9 %",
        "down 10 %",
        "down 2 %",
        "up 3 %",
    ]
    assert by_name["Repeats"][level] == "28 to 40 % (unverified: no source found)"
    for name, words in (
        (
            "Full-time advisers (IDVAs) that so many cases need",
            "One full-time adviser for about 100 referrals a year (https://",
        ),
        (
            "Full-time administrators that so many cases need",
            "One full-time administrator for 400 cases a year (https://",
        ),
        ("Cases for every 10,000 adult women", "40 for every 10,000 adult women (https://"),
    ):
        assert by_name[name][level].startswith(words)
    assert "No meeting was held in the twelve months before" in page
    # A year later those two cases are the year before.
    later = {row[0]: row for row in lines(browser.get(f"/marac/year?from={since.year + 1}-{since:%m}&as=csv"))}
    assert later["Cases"][1] == "0"
    assert later["Cases"][4] == "down 2"
    assert later["Cases, change on the year before"][1] == "down 100 %"


def test_any_month_can_be_the_first_of_the_twelve(held: tuple[Round, Meeting]) -> None:
    browser = held[0].browser("coordinator")
    for address in ("/marac/year", "/marac/board"):
        page = text(browser.get(f"{address}?from=2019-05"))
        assert '<option value="2019-05" selected>' in page
        assert page.count('<option value="20') >= 60
    assert str(year_before(year_from(datetime(2024, 3, 1).date())).since) == "2023-03-01"


def test_the_board_page_is_reached_by_everybody_who_counts(held: tuple[Round, Meeting]) -> None:
    one, _ = held
    world = one.world
    world.add_user("counter", "Ben Quill", "council", "analyst")
    for user in ("counter", "harbour_manager", "dpl", "chief"):
        browser = one.browser(user)
        assert 'href="/counts"' in text(browser.get("/today")), user
        assert 'href="/marac/board"' in text(browser.get("/counts")), user
        assert "Estuary Council" in text(browser.get("/marac/board")), user
