"""The MARAC: a table at which a dozen agencies agree who does what by when for somebody in the greatest danger.

Owns which MARACs there are, who sits at them, referrals to them, meetings, research, minutes, actions, flags, transfers
and the quarterly return. Never opens one agency's research to another before its own representative shares it in the
meeting; never tells who is kept from an item, nor from whom.
"""
