"""The pages of a case. Each view reads what was sent, calls one action or query, and draws."""
