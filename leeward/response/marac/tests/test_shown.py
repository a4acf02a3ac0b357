"""The pages of what a MARAC shows, as the people named would open them in the demonstration's small world."""
