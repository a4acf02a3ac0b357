"""A safe place: what there is, who needs it, what fits and why, the stay, safety at home, secure homes that move.

Owns providers with their sites and spaces, what is free and when that was said, needs and their match, asks, holds and
stays, sanctuary works, and the reciprocal of social homes. Never shows a street to who has not the address of a case, a
name to a provider that has not said that it can talk, nor a person to who is walled from them.
"""
