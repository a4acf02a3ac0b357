"""Where staff may go from every page, in the order in which they work."""

from leeward.platform.ui.navigation import Entry

NAVIGATION = (Entry("Today", "today"),)
