"""The figures of a MARAC's return counted by their own way: in Python, row by row, from the raw tables.

Nothing of Leeward is used, so that a mistake there cannot hide here. The rows are read as the superuser.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

LONDON = ZoneInfo("Europe/London")
NOT_MINORITISED = {"white_british", "white_irish", "white_other"}
Rows = dict[str, list[dict[str, Any]]]


def everything(raw: psycopg.Connection[Any]) -> Rows:
    """The tables that are counted, as they stand (a connection whose rows are dictionaries)."""
    tables = (
        "marac_marac", "marac_meeting", "marac_item", "marac_referral", "people_person", "people_equalityanswer",
        "cases_caseperson",
    )  # fmt: skip
    return {name: raw.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall() for name in tables}


def eighteen(born: date) -> date:
    """The day on which somebody is eighteen."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:  # born on a leap day: the database says the last of February
        return date(born.year + 18, 2, 28)


def count(rows: Rows, marac: int, since: date, until: date) -> dict[tuple[int, str], tuple[int, int]]:
    """Each field of each meeting, and in how many cases nobody knows: counted row by row."""
    people = {row["id"]: row for row in rows["people_person"]}
    referrals = {row["id"]: row for row in rows["marac_referral"]}
    newest: dict[tuple[int, str], dict[str, Any]] = {}
    for row in sorted(rows["people_equalityanswer"], key=lambda row: row["id"]):
        if row["ended_on"] is None and not row["was_error"]:
            newest[row["person_id"], row["list"]] = row
    harming = defaultdict(list)
    for row in rows["cases_caseperson"]:
        if row["part"] == "said_to_cause_harm" and row["ended_at"] is None:
            harming[row["case_id"]].append(people[row["person_id"]])

    def said(person: int, name: str) -> dict[str, Any] | None:
        row = newest.get((person, name))
        return None if row is None or row["state"] == "not_asked" else row

    number: Counter[tuple[int, str]] = Counter()
    missing: Counter[tuple[int, str]] = Counter()
    for meeting in rows["marac_meeting"]:
        day = meeting["begins_at"].astimezone(LONDON).date()
        if meeting["marac_id"] != marac or meeting["status"] not in ("open", "held", "minuted"):
            continue
        if not since <= day <= until:
            continue
        key = meeting["id"]
        for name in (
            "cases",
            "repeats",
            "children",
            "minoritised",
            "lgbt",
            "disability",
            "male",
            "young",
            "harming_young",
        ):
            number[key, name] += 0
        for item in rows["marac_item"]:
            if item["meeting_id"] != key or item["status"] != "heard":
                continue
            referral, person = referrals[item["referral_id"]], item["person_id"]
            number[key, "cases"] += 1
            number[key, "repeats"] += referral["is_repeat"]
            number[key, "children"] += item["children"]
            number[key, f"agency:{referral['agency_kind']}"] += 1
            ethnicity, disability, sex = said(person, "ethnicity"), said(person, "disability"), said(person, "sex")
            orientation, gender = said(person, "sexual_orientation"), said(person, "gender_same")
            number[key, "minoritised"] += bool(
                ethnicity and ethnicity["code"] and ethnicity["code"] not in NOT_MINORITISED
            )
            missing[key, "minoritised"] += ethnicity is None
            trans = bool(gender and gender["code"] == "no")
            number[key, "lgbt"] += trans or bool(
                orientation and orientation["code"] in ("gay_lesbian", "bisexual", "other")
            )
            missing[key, "lgbt"] += orientation is None and not trans
            number[key, "disability"] += bool(disability and disability["code"] in ("little", "lot"))
            missing[key, "disability"] += disability is None
            number[key, "male"] += bool(sex and sex["code"] == "male")
            missing[key, "male"] += sex is None
            born = people[person]["birth_date"]
            number[key, "young"] += bool(born and eighteen(born) > day)
            missing[key, "young"] += born is None
            known = harming[item["case_id"]]
            number[key, "harming_young"] += sum(
                one["birth_date"] is not None and eighteen(one["birth_date"]) > day for one in known
            )
            missing[key, "harming_young"] += not known or any(one["birth_date"] is None for one in known)
    return {key: (value, missing[key]) for key, value in number.items()}
