"""The front door: public pages, asking for help, referring, taking a call, triage, deciding and handing on.

Owns contacts until they are handed on. Never keeps sight of a person after that, except by involvement in the case.
"""
