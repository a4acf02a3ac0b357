"""Risk seen early and held together, on the demonstration's own MARAC: from a midwife's six questions to the return.

One way, each step by whom it is done and from what the one before left: the midwife refers, the access point hands on,
the adviser does the DASH and refers to the MARAC, which finds a repeat; the coordinator builds the agenda of the next
fortnight; agencies return research; the chair holds the meeting; an overdue action is chased and closed; the return of
the quarter is what an independent count of the raw tables says. Days that the way would wait for are moved in the rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect
from psycopg.rows import dict_row

from tests import plugin
from tests.returns import LONDON, count, everything

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
ACTION = "Ask her alone at the next clinic, and mark the record"
MINUTE = "Separation and the hearing ahead make this more dangerous now."
SCREEN = {
    "Is there somebody at home or close to you whom you are afraid of?": "Yes",
    "Has anybody ever put hands or anything else round your neck?": "Yes",
    "Is a child in the home where this happens?": "Yes",
    "Does anybody decide over your money, your phone or whom you see?": "Not known",
    "Is it unsafe for you to go home today?": "No",
}
# The lines of the return as the national template names them.
FIELDS = {
    "cases": "Cases", "children": "Children", "repeats": "Repeats",
    "minoritised": "Black, Asian or racially minoritised", "lgbt": "LGBT+", "disability": "Disability",
    "male": "Male victim", "young": "Victims 16-17", "harming_young": "Aged 17 or under perpetrating",
}  # fmt: skip


@pytest.fixture
def rows(site: str) -> Iterator[psycopg.Connection[Any]]:
    """The rows themselves, past every policy: to arrange, to move days, and to count."""
    del site
    with psycopg.connect(
        plugin.admin_url(f"leeward_journeys_{plugin.WORKER}"), autocommit=True, row_factory=dict_row
    ) as raw:
        yield raw


def heard_lately(rows: psycopg.Connection[Any]) -> dict[str, Any]:
    """Somebody whom the MARAC of the demonstration heard within twelve months, and who causes them harm."""
    found = rows.execute(
        """
        SELECT n.given, n.family, p.birth_date AS born, h.given AS harm_given, h.family AS harm_family,
               q.birth_date AS harm_born, max(i.heard_at)::date AS heard_on, max(r.referred_at) AS referred_at, r.marac_id
          FROM marac_item i JOIN marac_referral r ON r.id = i.referral_id JOIN marac_marac m ON m.id = r.marac_id
          JOIN cases_case c ON c.id = i.case_id AND NOT c.is_restricted
          JOIN people_person p ON p.id = i.person_id AND p.birth_precision = 'day'
          JOIN people_personname n ON n.person_id = p.id AND n.kind = 'current' AND n.ended_on IS NULL
          JOIN cases_caseperson cp ON cp.case_id = i.case_id AND cp.part = 'said_to_cause_harm' AND cp.ended_at IS NULL
          JOIN people_person q ON q.id = cp.person_id
          JOIN people_nameentry e ON e.person_id = q.id AND e.birth_date = q.birth_date
          JOIN people_personname h ON h.person_id = q.id AND h.kind = 'current' AND h.ended_on IS NULL
         WHERE i.status = 'heard' AND m.kind = 'marac' AND r.referred_at > now() - interval '10 months'
           AND p.birth_date < now() - interval '20 years' AND n.given ~ '^[A-Za-z]+$' AND n.family ~ '^[A-Za-z]+$'
           AND h.given ~ '^[A-Za-z]+$' AND h.family ~ '^[A-Za-z]+$'
           AND NOT EXISTS (SELECT FROM marac_referral s WHERE s.person_id = i.person_id
                             AND s.status IN ('sent', 'returned', 'listed'))
         GROUP BY 1, 2, 3, 4, 5, 6, r.marac_id ORDER BY max(r.referred_at) DESC LIMIT 1
        """
    ).fetchone()
    assert found, "the demonstration holds somebody who was heard and is known with a birth date"
    return found


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def fill_day(page: Page, name: str, day: date) -> None:
    group = page.get_by_role("group", name=name)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(value))


def on_main(page: Page, *links: str) -> Page:
    """Click along links: the first of the menu of Today, the others of the page."""
    page.goto("/today")
    page.get_by_role("navigation", name="Main").get_by_role("link", name=links[0], exact=True).click()
    for link in links[1:]:
        page.get_by_role("main").get_by_role("link", name=link).first.click()
    return page


def the_midwife_screens(page: Page, axe: Axe, who: dict[str, Any]) -> str:
    """Refer with the short screen; what it demands is said at once. Answers the reference."""
    on_main(page, "Refer")
    page.get_by_role("link", name=re.compile("Refer somebody")).first.click()
    told = False

    def you() -> None:
        expect(page.get_by_label("Your name")).to_have_value("Bethan Rowe")
        page.get_by_label("Maternity").check()
        page.get_by_label("Your role").fill("Midwife")
        page.get_by_label("Your work phone number").fill("01632 960108")

    def person() -> None:
        page.get_by_label("First name").fill(who["given"])
        page.get_by_label("Last name").fill(who["family"])
        fill_day(page, "Date of birth", who["born"])

    def harming() -> None:
        page.get_by_label("Former partner", exact=True).check()
        page.get_by_label("Their name").fill(f"{who['harm_given']} {who['harm_family']}")
        fill_day(page, "Their date of birth", who["harm_born"])

    def screen() -> None:
        axe(page)
        for item, answer in SCREEN.items():
            page.get_by_role("group", name=item).get_by_label(answer, exact=True).check()

    answers: dict[str, Callable[[], None]] = {
        "Is anyone in danger right now?": lambda: page.get_by_label("No, not right now").check(),
        "About you": you,
        "The person you refer": person,
        "Why do you refer this person?": lambda: page.get_by_label("They are being hurt or controlled").check(),
        "Is it safe to contact them?": lambda: page.get_by_label("At any time").check(),
        "Do they know of this referral and agree to it?": lambda: page.get_by_label(
            "They know, and they agree"
        ).check(),
        "The person causing harm": harming,
        "Risk": lambda: page.get_by_label("No, ask me a few questions").check(),
        "A short screen": screen,
    }
    for _ in range(40):
        heading = page.get_by_role("heading", level=1).inner_text()
        if heading == "Check what you have told us":
            break
        if heading == "Act now, then carry on":
            told = True
            expect(page.get_by_role("heading", name="Strangulation")).to_be_visible()
            expect(page.get_by_text("Advise medical care today")).to_be_visible()
            expect(page.get_by_text("make a child protection referral")).to_be_visible()
            axe(page)
            page.get_by_role("link", name="Carry on").or_(page.get_by_role("button", name="Carry on")).click()
        elif heading in answers:
            answers[heading]()
            page.get_by_role("button", name="Continue").click()
        else:
            page.get_by_role("button", name=re.compile("^Skip this")).click()
    assert told, "what the screen demands is said at once"
    page.get_by_role("button", name="Send").click()
    found = re.search(r"\b[A-Z]{3,}-\d{3,}\b", page.get_by_role("main").inner_text())
    assert found
    return found[0]


def the_access_point_hands_on(page: Page, reference: str) -> None:
    page.goto("/triage")
    row = page.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("strangulation")
    row.get_by_role("button", name="Take").click()
    expect(page.get_by_text("Has anybody ever put hands")).to_be_visible()
    page.get_by_role("link", name="Record an attempt").click()
    page.get_by_label("Called", exact=True).check()
    page.get_by_label("Spoke with the person").check()
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Hand on to a service").click()
    for box in page.locator("input[name=services]").all():
        box.uncheck()
    page.get_by_label("Community outreach").check()
    page.get_by_label("Told and agreed").check()
    page.get_by_role("button", name="Continue to check").click()
    page.get_by_role("button", name="Offer it now").click()


def the_adviser_assesses_and_refers(page: Page, reference: str, who: dict[str, Any]) -> None:
    """From the midwife's screen to the DASH, and from its result to the MARAC."""
    page.goto("/offers")
    page.get_by_role("row").filter(has_text=reference).get_by_role("link", name="Accept").click()
    page.get_by_label("As soon as we see who it is").check()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("navigation", name="This case").get_by_role("link", name="Risk", exact=True).click()
    screen = page.get_by_role("row").filter(has_text="First screen")
    expect(screen).to_contain_text("Bethan Rowe, Midwife")
    screen.get_by_role("link").click()
    expect(page.get_by_text("first_screen 3")).to_be_visible()
    answered = page.get_by_role("row").filter(has_text="put hands or anything else round your neck")
    expect(answered).to_contain_text("Yes")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_text("DASH, 24 items should follow")).to_be_visible()
    page.get_by_role("link", name="Begin it").first.click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DASH, 24 items")
    for group in page.locator("main fieldset").all()[:15]:
        group.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="See the result").click()
    expect(page.get_by_text("15 of 24 said yes.")).to_be_visible()
    expect(page.get_by_text(f"Heard at a MARAC on {in_words(who['heard_on'])}")).to_be_visible()
    page.get_by_role("button", name="Finish the assessment").click()
    # One step: the result leads to the form, which has the assessment, the criteria and the repeat in it already.
    page.get_by_role("main").get_by_role("button", name="Refer to the MARAC").or_(
        page.get_by_role("main").get_by_role("link", name="Refer to the MARAC")
    ).first.click()
    expect(page.get_by_role("heading", name="A repeat", exact=True)).to_be_visible()
    expect(page.get_by_label("Abuse again since the last MARAC")).to_be_checked()
    expect(page.get_by_label("The score of the risk assessment")).to_be_checked()
    which = page.get_by_role("group", name="Which MARAC?")
    if which.count():  # other journeys make MARACs of their own
        which.locator(f"input[value='{who['marac_id']}']").check()
    page.get_by_label("Why now, and what is feared?").fill("He put his hands to her throat while she is pregnant.")
    page.get_by_role("group", name="Do they know that you refer them?").get_by_label("They know and agree").check()
    page.get_by_label("On which basis is it shared?").select_option("consent")
    after = page.get_by_label("For the meeting after that")
    if after.count():  # the agenda of the coming one is out
        after.check()
    page.get_by_role("button", name="See what goes to whom").click()
    expect(page.get_by_text(f"a repeat of {in_words(who['heard_on'])}")).to_be_visible()
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_text(f"Repeat of {in_words(who['heard_on'])}")).to_be_visible()


def the_coordinator_builds_the_agenda(page: Page, axe: Axe, who: dict[str, Any], meeting: int) -> None:
    """The agenda of the demonstration's next fortnight in one click, and out to the table."""
    on_main(page, "MARAC", "Calendar")
    page.locator(f"main a[href='/marac/meetings/{meeting}']").click()
    page.get_by_role("main").get_by_role("link", name="Agenda", exact=True).first.click()
    page.get_by_role("button", name="Build the agenda").click()
    item = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=f"{who['given']} {who['family']}"))
    expect(item).to_contain_text("Repeat")
    axe(page)
    page.get_by_role("main").get_by_role("link", name="Send it to the table").or_(
        page.get_by_role("main").get_by_role("button", name="Send it to the table")
    ).first.click()
    page.get_by_role("button", name="Send it", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("research 0 of")


def an_agency_returns_research(page: Page, who: dict[str, Any], meeting: int, fact: str) -> None:
    on_main(page, "MARAC")
    page.locator(f"main a[href='/marac/meetings/{meeting}/research']").first.click()
    page.get_by_role("link", name=f"{who['given']} {who['family']}").click()
    page.get_by_label("Known to us" if fact else "Not known to us", exact=True).check()
    if fact:
        page.get_by_label("What happened, or what is so").first.fill(fact)
    page.get_by_role("button", name="Return it").click()
    expect(page.get_by_text("The chair sees that it is there")).to_be_visible()


def accept(page: Page) -> None:
    page.get_by_label("I accept this.").check()
    page.get_by_role("button", name="Accept and go on").click()


def the_meeting_is_held(chair: Page, plain: Page, health: Page, axe: Axe, who: dict[str, Any], meeting: int) -> None:
    """Our item is spoken of: research shared, a line, an action, a level; then every other item is heard.

    The others are heard on a screen without scripts (`plain`): the same buttons, in a third of the time.
    """
    name = f"{who['given']} {who['family']}"
    chair.goto(f"/marac/meetings/{meeting}")
    chair.get_by_role("button", name="Open the meeting").click()
    accept(chair)
    health.goto(f"/marac/meetings/{meeting}/room")
    accept(health)
    if chair.locator("#now").inner_text() != name:  # else hers is the first
        chair.locator("[data-part=list] li").filter(has_text=name).get_by_role("button").click()
    expect(chair.locator("#now")).to_have_text(name)
    expect(health.locator("[data-part=room_now]")).to_contain_text(name, timeout=5000)
    health.get_by_label(re.compile("Came alone to two appointments")).check()
    health.locator("form").filter(has=health.get_by_label(re.compile("Came alone"))).get_by_role("button").last.click()
    expect(chair.locator("[data-part=told]")).to_contain_text("Came alone to two appointments", timeout=5000)
    chair.get_by_label("What was said").fill(MINUTE)
    chair.get_by_role("button", name="Write it down").click()
    expect(chair.locator("[data-part=minutes]")).to_contain_text(MINUTE, timeout=5000)
    agree = chair.locator("form").filter(has=chair.locator("#action-words"))
    agree.locator("#action-words").fill(ACTION)
    agree.get_by_label("For whom?").select_option("victim")
    agency = agree.get_by_label("Which agency does it?")
    agency.select_option(agency.locator("option", has_text=" Health").get_attribute("value"))
    agree.get_by_role("button").click()
    expect(health.locator("[data-part=room_now]")).to_contain_text(ACTION, timeout=5000)
    axe(chair)
    chair.get_by_role("group", name="Risk agreed").get_by_label("High").check()
    chair.get_by_role("button", name="Keep the level").click()
    chair.get_by_role("button", name="Heard", exact=True).click()
    expect(chair.locator("[data-part=list]").get_by_role("heading")).to_have_text(re.compile("^1 of"))
    plain.goto(f"/marac/meetings/{meeting}/chair")
    listed = plain.locator("[data-part=list]")
    others = listed.locator("button[id^=go-]").evaluate_all("all => all.map(one => one.id)")
    for number, go in enumerate(others, 2):
        listed.locator(f"#{go}").click()
        expect(listed.locator(f"#{go}")).to_have_count(0)
        plain.get_by_role("button", name="Heard", exact=True).click()
        expect(listed.get_by_role("heading")).to_have_text(re.compile(f"^{number} of"))
    plain.get_by_role("button", name="End the meeting").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(re.compile("^Minutes of"))


def the_minutes_are_published(chair: Page, health: Page, meeting: int) -> None:
    chair.get_by_role("link", name="Publish the minutes").or_(
        chair.get_by_role("button", name="Publish the minutes")
    ).first.click()
    chair.get_by_role("button", name="Publish", exact=True).click()
    health.goto(f"/marac/meetings/{meeting}/minutes")
    expect(health.get_by_text(MINUTE)).to_be_visible()
    expect(health.get_by_text(ACTION).first).to_be_visible()


def an_overdue_action_is_chased_and_closed(coordinator: Page, health: Page, marac: int) -> None:
    on_main(coordinator, "MARAC")
    coordinator.locator(f"main a[href='/marac/{marac}/overdue']").first.click()
    row = coordinator.get_by_role("row").filter(has_text=ACTION)
    expect(row).to_contain_text("Not yet")
    row.get_by_role("button", name="Chase").click()
    expect(coordinator.get_by_role("row").filter(has_text=ACTION)).to_contain_text("1 time")
    on_main(health, "MARAC")
    health.get_by_role("link", name=ACTION).first.click()
    expect(health.get_by_text("1 time")).to_be_visible()
    health.get_by_label("Yes, it is done").check()
    health.get_by_label("What was done, or why not").fill("Asked on Tuesday; the record is marked.")
    health.get_by_role("button", name="Keep the answer").click()
    coordinator.reload()
    expect(coordinator.get_by_role("row").filter(has_text=ACTION)).to_have_count(0)


def cells(page: Page, caption: str) -> dict[str, list[str]]:
    """A table by the words of its rows."""
    table = page.get_by_role("table", name=caption)
    found = table.locator("tbody tr").evaluate_all(
        "all => all.map(row => [...row.children].map(cell => cell.textContent.trim()))"
    )
    return {row[0]: row[1:] for row in found}


def the_return_is_that_of_the_raw_rows(
    page: Page, axe: Axe, rows: psycopg.Connection[Any], marac: int, since: date, until: date
) -> None:
    """Every number of every meeting of the quarter, as the page and its download say it."""
    on_main(page, "MARAC")
    page.locator(f"main a[href='/marac/return?marac={marac}']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Return, {in_words(since)} to {in_words(until)}")
    axe(page)
    raw = everything(rows)
    expected = count(raw, marac, since, until)
    meetings = {key for key, _ in expected}
    held = sorted(
        (one for one in raw["marac_meeting"] if one["id"] in meetings),
        key=lambda one: (one["begins_at"].astimezone(LONDON).date(), one["id"]),
    )
    assert len(held) > 4
    shown = cells(page, "Each meeting")
    for name, words in FIELDS.items():
        numbers = [expected[one["id"], name] for one in held]
        missing = sum(number for _, number in numbers)
        wanted = [str(number) for number, _ in numbers]
        assert shown[words] == [*wanted, str(sum(map(int, wanted))), str(missing or "")], words
    by_agency = sum(number for (_, name), (number, _) in expected.items() if name.startswith("agency:"))
    agencies = {words: row for words, row in shown.items() if words.startswith("Referred by")}
    assert sum(int(row[-2]) for row in agencies.values()) == by_agency == int(shown["Cases"][-2])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the table").click()
    lines = {line[0]: line[1:] for line in csv.reader(download.value.path().read_text().splitlines())}
    days = [one["begins_at"].astimezone(LONDON).date().isoformat() for one in held]
    assert lines["Field"] == [*days, "All", "Not known"]
    for name, words in FIELDS.items():
        assert lines[words][: len(held)] == [str(expected[one["id"], name][0]) for one in held]
    why = page.get_by_label("Why it is sent although something is missing")
    if why.count():
        why.fill("Referrers were asked; not all have answered.")
    page.get_by_role("button", name="Send the return").click()
    expect(page.get_by_role("table", name="Returns that were sent")).to_contain_text("Mina Farrow")


def quarter_before(today: date) -> tuple[date, date]:
    until = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return date(until.year, until.month - 2, 1), until


def test_from_a_midwifes_screen_to_the_quarterly_return(
    sign_in: SignIn, axe: Axe, rows: psycopg.Connection[Any]
) -> None:
    who = heard_lately(rows)
    midwife = sign_in("midwife")
    reference = the_midwife_screens(midwife, axe, who)
    the_access_point_hands_on(sign_in("access-point"), reference)
    on_main(midwife, "Refer")
    expect(midwife.get_by_role("row").filter(has_text=reference)).to_be_visible()
    adviser = sign_in("adviser")
    the_adviser_assesses_and_refers(adviser, reference, who)
    on_main(midwife, "Refer")
    expect(midwife.get_by_role("row").filter(has_text=reference)).to_contain_text("Accepted")

    (planned,) = rows.execute(
        "SELECT id FROM marac_meeting WHERE marac_id = %s AND status = 'planned' ORDER BY begins_at LIMIT 1",
        [who["marac_id"]],
    ).fetchall()
    meeting = planned["id"]
    # A short agenda: of what else waits the four oldest stay, for each is heard on the chair's screen below.
    rows.execute(
        "UPDATE marac_referral SET status = 'withdrawn' WHERE marac_id = %s AND status = 'sent' AND id NOT IN ("
        "SELECT id FROM marac_referral WHERE marac_id = %s AND status = 'sent' ORDER BY is_repeat AND referred_at > now()"
        " - interval '1 hour' DESC, referred_at LIMIT 5)",
        [who["marac_id"], who["marac_id"]],
    )
    coordinator = sign_in("marac-coordinator")
    the_coordinator_builds_the_agenda(coordinator, axe, who, meeting)
    health, police = sign_in("health-marac"), sign_in("police-marac")
    an_agency_returns_research(health, who, meeting, "Came alone to two appointments and cried")
    an_agency_returns_research(police, who, meeting, "")
    coordinator.goto(f"/marac/meetings/{meeting}/returned")
    expect(coordinator.get_by_role("main")).to_contain_text(f"{who['given']} {who['family']}")

    chair = sign_in("marac-chair", javascript=False)
    the_meeting_is_held(sign_in("marac-chair"), chair, health, axe, who, meeting)
    the_minutes_are_published(chair, health, meeting)

    rows.execute("UPDATE marac_maracaction SET due_on = current_date - 3 WHERE words = %s", [ACTION])
    an_overdue_action_is_chased_and_closed(coordinator, health, who["marac_id"])

    since, until = quarter_before(datetime.now(LONDON).date())
    day = since + timedelta(days=45)
    rows.execute(
        "UPDATE marac_meeting SET begins_at = %s WHERE id = %s", [datetime.combine(day, time(9, 30), LONDON), meeting]
    )
    the_return_is_that_of_the_raw_rows(coordinator, axe, rows, who["marac_id"], since, until)
