"""Floor 3: what is done for people: the front door. Uses the record and the platform."""
