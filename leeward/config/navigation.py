"""Where staff may go from every page, in the order in which they work."""

from leeward.platform.access.roles import Permission
from leeward.platform.ui.navigation import Entry

NAVIGATION = (
    Entry("Today", "today"),
    Entry("Contacts", "triage", Permission.TRIAGE, match=("/triage", "/contacts", "/calls")),
    Entry("Offers", "offers", Permission.CASEWORK, match=("/offers", "/shared")),
    Entry("Cases", "caseload", Permission.CASEWORK, match=("/cases", "/documents")),
    Entry("Tasks", "tasks", Permission.CASEWORK),
    Entry("Find someone", "search", Permission.CASEWORK, match=("/search", "/people", "/index-check")),
    Entry("Refer", "referrals", Permission.REFER),
    Entry("Counts", "counts", Permission.COUNTS),
    Entry("Organisations", "organisations", Permission.MANAGE_USERS, match=("/organisations", "/members", "/teams")),
    Entry("Walls", "walls", Permission.SET_WALLS, match=("/walls",)),
    Entry("Corrections", "claim_notices", Permission.CASEWORK, match=("/notices",)),
    Entry("People I know", "my_walls"),
    Entry("Risk settings", "risk_settings", Permission.MANAGE_PARTNERSHIP),
    Entry("Handovers", "handovers", Permission.HAND_OVER),
    Entry("Log", "log", Permission.REVIEW_ACCESS),
)

# The second-level navigation of a case: each room's page of it. `risk`: for those with sight of risk alone.
CASE_TABS = (
    ("chronology", "case", "Chronology", False),
    ("risk", "case_risk", "Risk", True),
    ("safety", "case_safety", "Safety plan", True),
    ("tasks", "case_tasks", "Tasks", False),
    ("documents", "case_documents", "Documents", False),
    ("people", "case_people", "People", False),
    ("sharing", "case_sharing", "Sharing", False),
    ("details", "case_details", "Details", False),
)
