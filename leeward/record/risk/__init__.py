"""Risk seen early: instruments as data, assessments, incidents, what the law demands of certain answers, safety plans.

Owns how dangerous it is for somebody and what is done about it with them. Never decides by itself: a score can be
raised by a person's judgement and is never lowered. Never shows more of another agency's incidents than how many.
"""
