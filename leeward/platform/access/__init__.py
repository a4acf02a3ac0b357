"""Who acts, for whom, and what was looked at: partnerships, organisations, teams, users, roles, sign-in, the read log.

Owns identity, the settings that row policies read, the hash-chained log, drafts and once-only tokens. Never knows
what a case or a person is: rooms above add their grounds for access through `grounds`.
"""
