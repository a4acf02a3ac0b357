"""Floor 2: who people are and what is known: people, cases. Uses the platform, never the response."""
