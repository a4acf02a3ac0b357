"""The tour for somebody who signs in for the first time, and the help page: what there is, for whom, in plain words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from leeward.platform.access.roles import Permission


@dataclass(frozen=True)
class Stop:
    """One page of the tour. `route` is the page that it is about; without `permission` it is for everybody."""

    title: str
    words: tuple[str, ...]
    route: str = ""
    link: str = ""
    permission: str = ""


STOPS = (
    Stop(
        "Tell it once",
        (
            "Whichever door somebody comes through, their story is written down once and carried to those who help.",
            "You see a person only while your organisation, your team or you yourself are involved with them. What you "
            "are not involved in is not there for you: not in lists, not in search, not in counts.",
            "Everything that is opened is written down, with who and when. That keeps people safe, and you too.",
        ),
    ),
    Stop(
        "Today",
        (
            "Your first page: what needs you, the most pressing first, each with its reason.",
            "Work a line off and it goes. Each count opens its whole list.",
        ),
        "today", "Today",
    ),
    Stop(
        "Contacts",
        (
            "Everybody who asked for help and waits for a first answer. Who can be called safely now stands on top, "
            "with the time that was promised.",
            "Take a contact before you call, so that no two of you do. Record each attempt, then decide. Any decision "
            "can be taken back for a while.",
            "While somebody talks to you, take the call straight into the record: it is saved as you type.",
        ),
        "triage", "Contacts", Permission.TRIAGE,
    ),
    Stop(
        "Offers and cases",
        (
            "A service is asked before it gets anything: accept an offer, or return it with the reason.",
            "A case is one time of helping one person. Its first page says when and how it is safe to reach them; its "
            "chronology is the whole story in order.",
            "Sharing is always shown before it happens: what, to whom, on which basis, until when.",
        ),
        "caseload", "Your cases", Permission.CASEWORK,
    ),
    Stop(
        "A safe place",
        (
            "Looking for one begins on a case, under \u201cSafe place\u201d. Who is asked reads no name until they "
            "can talk; without room, the next step is offered. A house says what is free here, with one press.",
            "A stay keeps who lives there, money, what happened and what comes next. The next place is looked for from "
            "the stay, which ends when they arrive there and not before.",
            "Nobody has to leave for a birthday, a birth or a licence that ends: Today asks in time what comes next.",
        ),
        "places", "Places", Permission.CASEWORK,
    ),
    Stop(
        "Find someone",
        (
            "Search finds people in what you may see, also when a name is spelt differently. A reference leads to its "
            "case.",
            "Before you make a new record, check the index: it says whom to ring about a person who is known, and "
            "opens nobody\u2019s record.",
        ),
        "search", "Find someone", Permission.CASEWORK,
    ),
    Stop(
        "Refer someone",
        (
            "A short form, with the person\u2019s agreement or the reason for acting without it.",
            "You get a receipt, and later learn whether it was accepted, passed on, or nobody could be reached.",
        ),
        "referrals", "People I referred", Permission.REFER,
    ),
    Stop(
        "Counts",
        (
            "How many asked, by which route, what became of it, and how long they waited, for any period.",
            "Small numbers can point at a person: do not pass them on as they are.",
        ),
        "counts", "Counts", Permission.COUNTS,
    ),
    Stop(
        "Organisations, teams and people who sign in",
        (
            "Invite somebody, give roles and teams, end a place: it takes effect at once, in open sessions too.",
            "Give as little as the work needs. A role says what kind of thing somebody does, never whom they see.",
        ),
        "organisations", "Organisations", Permission.MANAGE_USERS,
    ),
    Stop(
        "People I know",
        (
            "If you know somebody who may be in here, say so: nothing about them is shown to you from then on, and "
            "nobody is told whether they are here.",
            "It is never held against you.",
        ),
        "my_walls", "People I know",
    ),
    Stop(
        "Keeping it safe",
        (
            "After twenty minutes without use you are signed out. You are warned before, and what you typed stays.",
            "On \u201cYour account\u201d you see where you are signed in, and can sign out everywhere else.",
            "Help is at the foot of every page, and this tour can be taken again from there.",
        ),
        "account", "Your account",
    ),
)  # fmt: skip


def stops_for(permissions: Collection[str]) -> list[Stop]:
    """The stops for somebody with these permissions."""
    return [stop for stop in STOPS if not stop.permission or stop.permission in permissions]
