"""The fictional partnership, deterministic, true to published figures. Imports anything; nothing imports it."""
