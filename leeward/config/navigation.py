"""Where staff may go from every page, in the order in which they work."""

from leeward.platform.ui.navigation import Entry

NAVIGATION = (
    Entry("Today", "today"),
    Entry("Contacts", "triage", Permission.TRIAGE, match=("/triage", "/contacts")),
    Entry("Offers", "offers", Permission.CASEWORK, match=("/offers", "/shared")),
    Entry("Cases", "caseload", Permission.CASEWORK, match=("/cases", "/documents")),
    Entry("Tasks", "tasks", Permission.CASEWORK),
    Entry("Handovers", "handovers", Permission.HAND_OVER),
)
