"""Where staff may go from every page, in the order in which they work; and the menu of administration."""

from leeward.platform.access.roles import Permission
from leeward.platform.ui.navigation import Entry, Tab

RUNNING = "Running the partnership"
LOOKING = "Who looked at what"

# On every page of administration, for those who may open at least two of these.
ADMINISTRATION = (
    Entry(
        "Partnership", "partnership", Permission.MANAGE_PARTNERSHIP, match=("/partnership",),
        group=RUNNING, about="Its name, its helpline, what the public pages say of it, and who receives contacts.",
    ),
    Entry(
        "Organisations", "organisations", Permission.MANAGE_USERS, match=("/organisations", "/members", "/teams"),
        group=RUNNING, about="Organisations, their teams, who works there and what they may do.",
    ),
    Entry(
        "Services", "services", Permission.MANAGE_USERS, match=("/services",),
        group=RUNNING, about="What each organisation offers, to whom, and whether it has room now.",
    ),
    Entry(
        "Routing rules", "routing_rules", Permission.MANAGE_PARTNERSHIP, match=("/routing-rules",),
        group=RUNNING, about="Which service is proposed for which need, in which order, and why. Try them out.",
    ),
    Entry(
        "Targets", "targets", Permission.MANAGE_PARTNERSHIP, match=("/targets",),
        group=RUNNING, about="Within how many hours a first call is promised.",
    ),
    Entry(
        "Risk", "risk_settings", Permission.MANAGE_PARTNERSHIP, match=("/risk-settings",),
        group=RUNNING, about="When a risk is high, what is an escalation, when the next assessment is due.",
    ),
    Entry(
        "MARACs", "maracs", Permission.MANAGE_PARTNERSHIP, match=("/maracs", "/marac-agencies"),
        group=RUNNING, about="Each MARAC: its area, its days, its agencies, and who sits there for them.",
    ),
    Entry(
        "Sign-on", "identity_providers", Permission.MANAGE_USERS, match=("/identity-providers",),
        group=RUNNING, about="Agencies’ own sign-on, so that their people need no password of ours.",
    ),
    Entry(
        "Keys", "api_keys", Permission.MANAGE_USERS, match=("/api-keys",),
        group=RUNNING, about="Keys with which an agency’s own system refers people.",
    ),
    Entry(
        "Handovers", "handovers", Permission.HAND_OVER, match=("/handovers",),
        group=RUNNING, about="All open cases of one provider handed to another when a contract ends.",
    ),
    Entry(
        "Emergency sight", "emergency_reviews", Permission.REVIEW_ACCESS, match=("/emergency/reviews",),
        group=LOOKING, about="Cases that somebody opened in an emergency, to be reviewed.",
    ),
    Entry(
        "Index checks", "index_checks", Permission.REVIEW_ACCESS, match=("/index-checks",),
        group=LOOKING, about="Who asked how often whether somebody is known, and what is unusual.",
    ),
    Entry(
        "Walls", "walls", Permission.REVIEW_ACCESS, match=("/walls",),
        group=LOOKING, about="Whom a record is kept from, whatever their role.",
    ),
    Entry(
        "Same names", "same_names", Permission.REVIEW_ACCESS, match=("/same-names",),
        group=LOOKING, about="Users with the name of somebody who is said to cause harm, to be looked at.",
    ),
    Entry(
        "Log", "log", Permission.REVIEW_ACCESS, match=("/log",),
        group=LOOKING, about="Everything done and looked at.",
    ),
)  # fmt: skip

NAVIGATION = (
    Entry("Today", "today"),
    Entry("Contacts", "triage", Permission.TRIAGE, match=("/triage", "/contacts", "/calls")),
    Entry("Offers", "offers", Permission.CASEWORK, match=("/offers", "/shared")),
    Entry("Cases", "caseload", Permission.CASEWORK, match=("/cases", "/documents")),
    Entry("Tasks", "tasks", Permission.CASEWORK),
    Entry("Find someone", "search", Permission.CASEWORK, match=("/search", "/people", "/index-check")),
    Entry("Refer", "referrals", Permission.REFER),
    Entry("MARAC", "marac_home", Permission.MARAC, match=("/marac",)),
    Entry("Places", "places", Permission.CASEWORK, match=("/places",)),
    Entry("Placement", "placement_waiting", Permission.PLACEMENT, match=("/placement", "/places/move-on/everywhere")),
    Entry("Secure homes", "reciprocal", Permission.PLACEMENT, match=("/places/reciprocal",)),
    Entry("Counts", "counts", Permission.COUNTS),
    Entry("Walls", "walls", Permission.SET_WALLS, match=("/walls",)),
    Entry("Corrections", "claim_notices", (Permission.CASEWORK, Permission.MARAC), match=("/notices",)),
    Entry("People I know", "my_walls"),
    Entry(
        "Administration", "administration", (Permission.MANAGE_USERS, Permission.REVIEW_ACCESS),
        match=("/administration", *(start for entry in ADMINISTRATION for start in entry.match if start != "/walls")),
    ),
)  # fmt: skip

# What may follow a finished assessment: offered where its result is read.
AFTER_ASSESSMENT = (Tab("refer", "case_marac_refer", "Refer to the MARAC", needs_risk=True),)

# The second-level navigation of a case: each room's page of it, then the pages of whom it is about.
CASE_TABS = (
    Tab("chronology", "case", "Chronology"),
    Tab("risk", "case_risk", "Risk", needs_risk=True),
    Tab("safety", "case_safety", "Safety plan", needs_risk=True),
    Tab("marac", "case_marac", "MARAC", needs_risk=True),
    Tab("place", "case_place", "Safe place", not_side="causing_harm"),
    Tab("tasks", "case_tasks", "Tasks"),
    Tab("documents", "case_documents", "Documents"),
    Tab("people", "case_people", "People"),
    Tab("sharing", "case_sharing", "Sharing"),
    Tab("details", "case_details", "Details"),
    Tab("person", "person", "Person", of_person=True),
    Tab("family", "family", "Family", of_person=True),
)
