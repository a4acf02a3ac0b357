"""What the tables of the demonstration are made of: figures, agencies, and what people say there."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

# N: national return, twelve months to 30 September 2024 (domain.md section 4).
FIGURES = {
    "police": 1 - 0.361,  # N: referrals that do not come from partner agencies
    "repeat": 0.31,  # N
    "children": 148_270 / 119_985,  # N: a case
    "rate": 47,  # N: cases per 10,000 adult women
    "told_agreed": 0.8,
}
SLICES_A_TABLE = 8  # so many slices of 5,000 people refer about fourteen cases a fortnight
EVERY, LIMIT, MINUTES = 14, 16, 12
MORNING_SIGHT_DAYS = 21  # of the daily meeting: longer than a demonstration is shown
REFER_DAYS, RESEARCH_DAYS, SIGHT_DAYS = 8, 2, 28
HISTORY = timedelta(days=5 * 365)
RESEARCH_KEPT, WORDS_KEPT = timedelta(days=456), timedelta(days=120)
ARRANGERS_SEE = timedelta(days=456)
REFERRED = {"high": 0.86, "medium": 0.34, "standard": 0.04, "unknown": 0.03}
# A partnership of one slice would have two cases a meeting: of its last year more come to the table.
REFERRED_SMALL = {"high": 0.95, "medium": 0.8, "standard": 0.45, "unknown": 0.3}
LOCAL = ZoneInfo("Europe/London")
WEDNESDAY, FRIDAY = 2, 4

# organisation, as what it counts, whether it returns research, who sits there (key of the user, part)
AGENCIES: tuple[tuple[str, str, bool, tuple[tuple[str, str], ...]], ...] = (
    ("point", "other", False, (("marac-coordinator", "coordinator"), ("access-point", "deputy"))),
    ("police", "police", True, (("marac-chair", "chair"), ("police-marac", "representative"))),
    ("second", "idva", True, (("second-marac", "representative"),)),
    ("harbour", "idva", True, (("adviser", "representative"), ("manager", "deputy"))),
    ("haven", "voluntary", True, (("refuge", "representative"),)),
    ("council", "children", True, (("social-worker", "representative"), ("housing", "representative"))),
    ("health", "primary_care", True, (("health-marac", "representative"),)),
    ("change", "voluntary", True, (("change", "representative"),)),
    ("homes", "social_landlord", True, (("homes-marac", "representative"),)),
    ("probation", "probation", True, (("probation-marac", "representative"),)),
    ("recovery", "substance", True, (("recovery-marac", "representative"),)),
)
EVERY_DAY = {"marac-coordinator", "marac-chair", "access-point", "police-marac", "adviser", "second-marac", "social-worker",
             "health-marac"}  # fmt: skip
# Who refers when neither the police nor the service that leads the case: kind, key of the user, weight.
OTHERS = (
    ("children", "social-worker", 0.26), ("housing", "housing", 0.2), ("primary_care", "health-marac", 0.12),
    ("hospital", "health-marac", 0.12), ("mental_health", "health-marac", 0.1), ("probation", "probation-marac", 0.1),
    ("adults", "social-worker", 0.05), ("substance", "recovery-marac", 0.05),
)  # fmt: skip
PLACES = ("Council offices, room 2", "Police station, conference room", "By video")
WHY = (
    "He was bailed on Friday, and has been at the house twice since. She fears that he will kill her.",
    "They separated three weeks ago. He follows her to work, and knows when the children are collected.",
    "He put his hands to her throat in front of the children. She has told nobody else.",
    "The order was broken four times in a month, each time with threats to her and to her mother.",
    "She is pregnant. He takes her phone, and she has missed two appointments.",
    "He lost his work and drinks again; the calls to the police have become one a week.",
    "Her son asks for money with a knife in his hand. She will not have him arrested.",
)
WISHES = (
    "I want him to stop coming to the house. I do not want to move again.",
    "I want the locks changed, and somebody to tell the school.",
    "I want him to get help. I do not want him in prison.",
    "Please ring me before anybody comes to the door.",
    "",
)
FACTS = (
    ("victim", "Seen three times in the last year with injuries that did not fit what was said."),
    ("victim", "Is in arrears since the spring; no action is taken while this stands."),
    ("child", "Attendance fell from 96 to 71 per cent since the summer."),
    ("child", "A referral was made in March; an assessment is open."),
    ("causing_harm", "Arrested twice since January; bail ends on the 14th."),
    ("causing_harm", "Missed the last two appointments of his order."),
    ("household", "Neighbours rang four times because of noise at night."),
)
OPINIONS = (
    ("victim", "I think she says less than happens when he is in the waiting room."),
    ("causing_harm", "I have the impression that he knows which days she is alone."),
)
LINES = (
    ("voice", "She wants to stay in her home, and to know before anybody calls."),
    ("discussion", "Agencies agree that separation and the broken order make this more dangerous now."),
    ("discussion", "The school is told who may collect the children."),
    ("risk", "The danger is high while the hearing is ahead."),
    ("safety", "Alarm fitted, mark on the address, a neighbour has her spare key."),
)
ACTIONS = (
    ("Ring her in the safe hours and go through the safety plan", "victim", "idva"),
    ("Put a mark on the address and tell the response team", "victim", "police"),
    ("Find and arrest him for the breach", "causing_harm", "police"),
    ("Change the locks and fit a light at the back door", "victim", "social_landlord"),
    ("Move the application for another home to band A", "victim", "children"),
    ("Tell the school who may collect the children", "child", "children"),
    ("Mark her record, so that she is asked alone", "victim", "primary_care"),
    ("Ask for a condition that keeps him from the street", "causing_harm", "probation"),
    ("Offer him a place on the programme", "causing_harm", "voluntary"),
    ("Ask about drinking at the next appointment", "causing_harm", "substance"),
)
MORNING = 3  # so many cases on the list of a morning
MORNING_ACTIONS = (  # what, who, whether it was done
    ("Ring her in the safe hours and tell her what was agreed", "adviser", True),
    ("Go past the home this evening and at ten", "police-marac", True),
    ("Ask the health visitor whether she came on Monday", "health-marac", False),
    ("Tell the school who may collect the children", "social-worker", False),
)
OUTCOMES = {
    "done": ("Done and she knows.", "Done, confirmed by telephone.", "Done; written down in our record."),
    "not_done": ("Was overlooked; is taken up again.", "Nobody was on duty."),
    "changed": ("She has moved; no longer needed.", "He is in prison since.", "She does not want it any more."),
}

MISSING = "The names and birth dates of the children are missing."
