"""From what somebody answered to what the record takes in. Pure: nothing is read or written here.

Owns the one mapping from question results to `Intake`, for every route: the web, a professional, a call, the API.
"""

from leeward.response.front_door.intake.equality import equality_facts
from leeward.response.front_door.intake.making import fills_of, intake_of

__all__ = ["equality_facts", "fills_of", "intake_of"]
