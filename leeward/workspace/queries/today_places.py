"""What safe places and secure homes ask of somebody today, in sections."""

from __future__ import annotations

from django.utils import timezone

from leeward.platform.common.addresses import address_of
from leeward.platform.ui.filters import ago, day
from leeward.response.accommodation.queries.movers import SwapToday
from leeward.response.accommodation.queries.today import Line, PlacesToday
from leeward.response.accommodation.queries.waiting import everybody_waiting
from leeward.workspace.queries.sections import SHOWN, Item, Section, name_of


def place_sections(asked: PlacesToday, names: dict[int, str], *, everyone: bool) -> list[Section]:
    """What safe places ask: of who offers them, and of who looks for one."""

    def section(key: str, title: str, tone: str, lines: list[Line], name: str, why: str, href: str) -> Section:
        items = [
            Item(name_of(names, one.person_id) if one.person_id else one.words, address_of(name, one.id),
                 why.format(ago(one.at) if one.at else ""), one.urgent)
            for one in lines[:SHOWN]
        ]  # fmt: skip
        return Section(key, title, tone, len(lines), href, items, late=sum(one.urgent for one in lines))

    whose = "whose=organisation&" if everyone else ""
    looked, homes = f"{address_of('looked_for')}?{whose}waits=", f"{address_of('made_safe')}?{whose}waits="
    ours, stays_ = address_of("places"), f"{address_of('stays')}?waits="
    return [
        section("place_asked", "Households that ask you for a place", "high", asked.asked, "place_ask", "Asked {}",
                address_of("place_asks") + "?new=1"),
        section("place_held", "Places that wait for your answer", "high", asked.held, "place_ask",
                "The provider can talk, or holds it", looked + "held"),
        section("place_suggested", "The placement coordinator asks or suggests something", "high", asked.suggested,
                "case_place", "{}", looked + "suggested"),
        section("place_alone", "They look for a place, and nothing is under way", "high", asked.alone, "case_place",
                "Since {}", looked + "alone"),
        section("place_steps", "No room yet: look again", "medium", asked.steps, "need_step_look", "Due",
                looked + "steps"),
        section("place_late", "Expected, and not here yet", "high", asked.late, "stay", "Expected {}", stays_ + "late"),
        section("place_stale", "Say what is free", "info", asked.stale, "place_say", "Said {}", ours),
        section("place_closing", "They live in a place that closes", "high", asked.closing, "stay",
                "Look for their next place", stays_ + "closing"),
        section("place_twice", "Perhaps looked for twice, under two names", "high", asked.twice, "case_place",
                "Since {}", looked + "twice"),
        section("place_overstay", "The licence has ended, and they live there still", "medium", asked.overstay, "stay",
                "Ended {}", stays_ + "overstay"),
        section("place_birthdays", "A son grows older than the space takes", "medium", asked.birthdays, "stay",
                "Plan where they go next: nobody has to leave", stays_ + "birthdays"),
        section("place_away", "Away, until nobody knows when", "info", asked.away, "stay", "Since {}", stays_ + "away"),
        section("place_resettle", "Support after they left", "medium", asked.resettle, "stay_resettle",
                "A word is due, or its end", stays_ + "resettle"),
        section("place_home", "Went home: make it safe", "high", asked.home, "sanctuary_refer", "Left {}",
                homes + "home"),
        section("place_reviews", "Ask whether their home is still safe", "medium", asked.reviews, "case_sanctuary",
                "Was due {}", homes + "reviews"),
    ]  # fmt: skip


def waiting_section() -> Section:
    """For a placement coordinator: households that nobody asks for and nothing is done for, as a number."""
    every = everybody_waiting()
    stalled = [one for one in every if one.is_stalled]
    tonight = sum(one.tonight for one in stalled)
    href = address_of("placement_waiting") + "?stalled=1"
    needs = "needs" if tonight == 1 else "need"
    why = f"{tonight} of them {needs} a place tonight" if tonight else "Ask who looks for them to look again"
    item = Item("Look at who waits", href, why, late=bool(tonight))
    title = "Households that wait, and nothing is under way"
    return Section("place_waiting", title, "high", len(stalled), href, [item], late=tonight)


def swap_sections(asked: SwapToday) -> list[Section | None]:
    """What the scheme of secure homes asks: of landlords, of who works with a household, of the coordinator."""
    now, home = timezone.localdate(), address_of("reciprocal")
    offers = {"bound": "Ask them whether they take it", "accepted": "Say when they have moved"}
    late = [one for one in asked.offers if one[2] == "bound" and one[3] and one[3] <= now]
    return [
        Section(
            "swap_parts", "Moves to agree to", "high", len(asked.parts), home + "#asked",
            [Item(words, address_of("reciprocal_part", part), f"Answer by {day(due, short=True)}", late=due <= now)
             for part, words, due in asked.parts[:SHOWN]],
            late=sum(due <= now for _, _, due in asked.parts),
        ),
        Section(
            "swap_offers", "Secure homes that wait for an answer", "high", len(asked.offers),
            address_of("caseload") + "?whose=organisation&waits=secure_home",
            [Item(called, address_of("case_reciprocal", case), offers[status], late=one in late)
             for one in asked.offers[:SHOWN] for case, called, status, _ in (one,)],
            late=len(late),
        ),
        Section(
            "swap_runs", "Runs of secure homes", "info", len(asked.runs), home,
            [Item("A run", address_of("reciprocal_run", run),
                  "It failed: begin it anew" if status == "failed" else "Landlords are asked", late=status == "failed")
             for run, status in asked.runs[:SHOWN]],
            late=sum(status == "failed" for _, status in asked.runs),
        ),
    ]  # fmt: skip
