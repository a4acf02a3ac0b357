"""Who may see what of a MARAC. At the table sits who has a seat; a case opens only to who also has sight of it.

Sight of a listed case is an involvement made out to each person with a seat (sql/20_listing.sql), with an end. So a
wall, a restricted case and the end of a seat act here as everywhere, and nothing in this file has to repeat them.
"""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.cases.policies import MINE, sees_case

IN_CASE = sees_case(scope=2)
# Whoever works in the case with its risk: they referred it, or bring it.
WORKS = sees_case(scope=3, extra=" AND s.risk AND s.source = 'involvement'")
READS_RISK = sees_case(scope=3, extra=" AND s.risk")
# A visitor belongs to a partnership too: where and when a MARAC meets is nothing for them.
OURS = "partnership_id = (SELECT acting_partnership()) AND NOT (SELECT acting_as('public'))"
SETS_UP = "acting_role('partnership_administrator')"


def at_table(marac: str = "marac_id") -> str:
    """SQL: whoever acts has a seat at this MARAC, for the organisation that they act for now."""
    return f"{marac} = ANY ((SELECT marac_seats())::bigint[])"


def arranges(marac: str = "marac_id") -> str:
    """SQL: whoever acts chairs or coordinates this MARAC."""
    return f"{marac} = ANY ((SELECT marac_arranges())::bigint[])"


def of_meeting(condition: str, meeting: str = "meeting_id") -> str:
    """SQL: the same, of the MARAC of a meeting."""
    return (
        f"(SELECT {condition.replace('marac_id', 'm.marac_id', 1)} FROM marac_meeting m WHERE m.id = {{row}}.{meeting})"
    )


# In an item takes part who has a seat and sight of its case, or who brings it. See sql/10_seats.sql.
# Where sight of the row's case is asked for beside it, who sits where is worked out once for a whole statement: a
# meeting has thousands of lines of research.
_ONCE = "(SELECT marac_seats())::bigint[], (SELECT marac_arranges())::bigint[]"
TAKES_PART = f"marac_has_part({{row}}.item_id, {{row}}.case_id, {_ONCE})"
MINUTES = "marac_minutes({row}.item_id)"  # chair, coordinator: while or after the meeting, with sight of the case
MY_RESEARCH = f"{MINE} AND {IN_CASE} AND marac_my_research(research_id, organisation_id, case_id)"
# Shared by its own representative, and the meeting has begun: no sooner. Not by a sub-select: that another agency was
# asked is the chair's to see, so its row is hidden from the table.
SHARED = f"shared_at IS NOT NULL AND marac_reads_shared({{row}}.research_id, {{row}}.case_id, {_ONCE})"
# What is written about an item is about its case and its person, and about no other.
OF_ITEM = "(SELECT i.case_id = {row}.case_id FROM marac_item i WHERE i.id = {row}.item_id)"
OF_ITEM_AND_PERSON = (
    "(SELECT i.case_id = {row}.case_id AND i.person_id = {row}.person_id FROM marac_item i WHERE i.id = {row}.item_id)"
)
OF_REFERRAL = (
    "(SELECT r.case_id = {row}.case_id AND r.person_id = {row}.person_id"
    " AND r.marac_id = (SELECT m.marac_id FROM marac_meeting m WHERE m.id = {row}.meeting_id)"
    " FROM marac_referral r WHERE r.id = {row}.referral_id)"
)
# Who is harmed is referred, never who causes harm.
OF_CASE = (
    "(SELECT c.person_id = {row}.person_id AND c.side <> 'causing_harm' FROM cases_case c WHERE c.id = {row}.case_id)"
)

# A contact on the list of a daily meeting: of the meeting's days, for who sits there, and before it is opened only for
# the agency that put it on and for who arranges. It has no case whose sight could be asked: walls are asked here.
CONTACT_AT_TABLE = (
    "{row}.person_id <> ALL ((SELECT acting_walls())::bigint[]) AND"
    " (SELECT m.marac_id = ANY ((SELECT marac_seats())::bigint[])"
    " AND (m.status <> 'planned' OR {row}.organisation_id = (SELECT acting_organisation())"
    " OR m.marac_id = ANY ((SELECT marac_arranges())::bigint[]))"
    " AND m.begins_at + make_interval(days => k.sight_days) > now()"
    " FROM marac_meeting m JOIN marac_marac k ON k.id = m.marac_id WHERE m.id = {row}.meeting_id)"
)
# It is put on by who has it in triage and sits there, for their own agency, while the meeting is still to be held.
PUTS_CONTACT_ON = (
    f"{MINE} AND (SELECT acting_role('access_point')) AND {CONTACT_AT_TABLE}"
    " AND (SELECT c.person_id = {row}.person_id AND c.reference = {row}.reference"
    " AND c.organisation_id = {row}.organisation_id FROM front_door_contact c WHERE c.id = {row}.contact_id)"
    " AND (SELECT m.status IN ('planned', 'open') AND k.kind = 'daily'"
    " FROM marac_meeting m JOIN marac_marac k ON k.id = m.marac_id WHERE m.id = {row}.meeting_id)"
)

POLICIES = [
    Policy(
        "marac.Marac", read=OURS, add=f"{OURS} AND {SETS_UP}", change=f"{OURS} AND ({SETS_UP} OR {arranges('id')})"
    ),
    Policy(
        "marac.MaracAgency",
        read="(SELECT true FROM marac_marac m WHERE m.id = {row}.marac_id LIMIT 1)",
        add=f"marac_ours(marac_id) AND {SETS_UP}",
        change=f"marac_ours(marac_id) AND {SETS_UP}",
        columns=("kind", "researches", "until_on"),
    ),
    # A seat is given by the administrator of the partnership or whoever arranges it, and only to who has the role.
    Policy(
        "marac.Seat",
        read="(SELECT true FROM marac_marac m WHERE m.id = {row}.marac_id LIMIT 1)",
        add=f"marac_may_seat(marac_id, organisation_id, user_id, part) AND ({SETS_UP} OR {arranges()})",
        change=f"marac_ours(marac_id) AND ({SETS_UP} OR {arranges()} OR user_id = (SELECT acting_user()))",
        columns=("ended_at",),
    ),
    Policy(
        "marac.Meeting",
        read="(SELECT true FROM marac_marac m WHERE m.id = {row}.marac_id LIMIT 1)",
        add=arranges(),
        change=arranges(),
        columns=(
            "begins_at", "place", "referrals_due_at", "research_due_at", "status", "current_item_id", "opened_at",
            "closed_at", "circulated_at", "minutes_out_at", "notes", "lasts", "version",
        ),
    ),
    Policy("marac.MeetingChange", read=of_meeting(at_table()), add=of_meeting(arranges())),
    Policy(
        "marac.Referral",
        read=f"({READS_RISK}) OR ({IN_CASE} AND ({arranges()} OR marac_listed_to_me(id)))",
        add=f"{WORKS} AND {MINE} AND referrer_id = (SELECT acting_user()) AND marac_ours(marac_id) AND {OF_CASE}",
        change=f"({WORKS} AND {MINE}) OR ({IN_CASE} AND {arranges()})",
        columns=(
            "why", "criteria", "risk_words", "assessment_id", "wishes", "afraid_of", "safe_to_talk", "not_safe_to_talk",
            "aware", "not_aware_why", "lawful_basis", "other_marac", "is_repeat", "repeat_of_on", "is_late", "late_why",
            "skips_id", "status", "status_words", "status_at", "status_by", "version",
        ),
    ),
    Policy(
        "marac.ReferralChange",
        read="(SELECT true FROM marac_referral r WHERE r.id = {row}.referral_id LIMIT 1)",
        # Whoever may change the referral says what became of it; who only reads it says nothing.
        add="(SELECT r.case_id = {row}.case_id AND (r.marac_id = ANY ((SELECT marac_arranges())::bigint[])"
        f" OR (r.organisation_id = (SELECT acting_organisation()) AND {WORKS}))"
        " FROM marac_referral r WHERE r.id = {row}.referral_id)",
    ),
    Policy(
        "marac.Item",
        read=f"({READS_RISK}) OR ({IN_CASE} AND marac_has_part({{row}}.id, {{row}}.case_id, {_ONCE}))",
        add=f"{IN_CASE} AND {of_meeting(arranges())} AND {OF_REFERRAL}",
        change=f"{IN_CASE} AND {of_meeting(arranges())}",
        columns=(
            "position", "minutes", "children", "status", "why_not", "level", "heard_at", "version", "brought_by_id",
            "brought_for_id",
        ),
    ),
    Policy(
        "marac.ContactItem", read=CONTACT_AT_TABLE, add=f"{PUTS_CONTACT_ON} AND item_id IS NULL",
        change=PUTS_CONTACT_ON, columns=("owner_id", "owner_name", "at"),
    ),
    Policy(
        "marac.Research",
        read=f"{IN_CASE} AND ({MINE} OR {arranges('marac_of_item({row}.item_id)')})",
        add=f"{IN_CASE} AND marac_arranges_item(item_id) AND {OF_ITEM}",
        change=f"{IN_CASE} AND (({MINE} AND {TAKES_PART}) OR marac_arranges_item(item_id))",
        columns=("returned_at", "chased_at", "chased"),
    ),
    Policy(
        "marac.ResearchAnswer",
        read=f"({MINE} AND {IN_CASE}) OR ({IN_CASE} AND {SHARED})",
        add=MY_RESEARCH,
        change=MY_RESEARCH,
        columns=("known", "not_shared_why", "author_name", "written_at", "shared_at", "version"),
    ),
    Policy(
        "marac.ResearchLine",
        read=f"({MINE} AND {IN_CASE}) OR ({IN_CASE} AND ended_at IS NULL AND {SHARED})",
        add=MY_RESEARCH,
        change=MY_RESEARCH,
        columns=("kind", "about", "happened_on", "words", "source", "position", "shared_at", "ended_at"),
    ),
    Policy(
        "marac.Attendance",
        read=f"{of_meeting(at_table())} OR user_id = (SELECT acting_user())",
        # One accepts confidentiality for oneself; the chair writes down apologies and observers.
        add=f"(user_id = (SELECT acting_user()) AND marac_may_attend(meeting_id)"
        f" AND (organisation_id IS NULL OR {MINE})) OR"
        f" ({of_meeting(arranges())} AND accepted_at IS NULL)",
        change=f"user_id = (SELECT acting_user()) OR ({of_meeting(arranges())})",
        changed=f"user_id = (SELECT acting_user()) OR ({of_meeting(arranges())} AND accepted_at IS NULL)",
        columns=("status", "accepted_at", "at"),
    ),
    Policy(
        "marac.MinuteLine",
        # What a correction replaced may say what the correction withholds: it is for who keeps the minutes.
        read=f"{IN_CASE} AND {TAKES_PART} AND (SELECT acting_organisation()) <> ALL (withheld_from)"
        " AND (ended_at IS NULL OR marac_arranges_item(item_id))",
        # Who brings the item writes down the voice of whom it is about; everything else is the table's own hand.
        add=f"{IN_CASE} AND {OF_ITEM} AND ({MINUTES} OR (kind = 'voice' AND marac_gives_voice(item_id)))"
        " AND author_id = (SELECT acting_user())",
        change=f"{IN_CASE} AND {MINUTES}",
        columns=("ended_at", "withheld_from"),
    ),
    # Whoever owns an action goes on seeing it, also when the table no longer sees the case: it is what they did.
    Policy(
        "marac.MaracAction",
        read=f"({READS_RISK}) OR ({IN_CASE} AND {TAKES_PART}) OR marac_owns_action(organisation_id, owner_id, case_id)",
        add=f"{IN_CASE} AND {MINUTES} AND {OF_ITEM}",
        change=f"marac_owns_action(organisation_id, owner_id, case_id) OR ({IN_CASE} AND marac_arranges_item(item_id))",
        columns=(
            "words", "for_whom", "wishes", "due_on", "organisation_id", "owner_id", "status", "outcome", "done_on",
            "answered_by", "answered_at", "chased_at", "chased", "version",
        ),
    ),
    Policy(
        "marac.MaracFlag",
        read=f"{READS_RISK} OR ({IN_CASE} AND {arranges()})",
        add=f"{IN_CASE} AND {arranges()} AND {OF_ITEM_AND_PERSON}",
        change=f"{IN_CASE} AND {arranges()}",
        columns=("until_on", "ended_at", "ended_why"),
    ),
    Policy(
        "marac.Transfer",
        read=f"{READS_RISK} OR ({IN_CASE} AND {arranges()})",
        add=f"marac_ours(marac_id) AND (({WORKS}) OR ({IN_CASE} AND {arranges()}))",
        change=f"{IN_CASE} AND {arranges()}",
        columns=("answered_on", "answer"),
    ),
    Policy("marac.Letter", read=f"{READS_RISK} OR ({IN_CASE} AND marac_arranges_item(item_id))",
           add=f"{IN_CASE} AND marac_arranges_item(item_id) AND {OF_ITEM} AND made_by_id = (SELECT acting_user())"),
    Policy("marac.ReturnSent", read=f"{arranges()} OR (acting_role('analyst') AND marac_ours(marac_id))",
           add=arranges()),
]  # fmt: skip
