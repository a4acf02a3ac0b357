"""The fictional partnership, deterministic, true to published figures. Imports anything; only the command line starts it."""
