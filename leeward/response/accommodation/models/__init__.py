"""Every model of the room; each file holds one idea."""

from leeward.response.accommodation.models.coordinating import Proposal, ProposedPlace, Suggestion
from leeward.response.accommodation.models.needs import (
    Ask,
    AskChange,
    MatchRules,
    Need,
    NeedArea,
    NeedMember,
    NextStep,
    Search,
)
from leeward.response.accommodation.models.places import (
    Occupancy,
    Provider,
    Site,
    SiteAddress,
    Space,
    Statement,
)
from leeward.response.accommodation.models.reciprocal import (
    Landlord,
    LedgerLine,
    MovePart,
    Mover,
    PledgedHome,
    ProposedMove,
    ReciprocalRules,
    Run,
)
from leeward.response.accommodation.models.sanctuary import Sanctuary, SanctuaryReview, SanctuaryWork
from leeward.response.accommodation.models.stays import (
    Charge,
    MoveOn,
    Payment,
    Resident,
    Stay,
    StayEvent,
)

__all__ = [
    "Ask",
    "AskChange",
    "Charge",
    "Landlord",
    "LedgerLine",
    "MatchRules",
    "MoveOn",
    "MovePart",
    "Mover",
    "Need",
    "NeedArea",
    "NeedMember",
    "NextStep",
    "Occupancy",
    "Payment",
    "PledgedHome",
    "Proposal",
    "ProposedMove",
    "ProposedPlace",
    "Provider",
    "ReciprocalRules",
    "Resident",
    "Run",
    "Sanctuary",
    "SanctuaryReview",
    "SanctuaryWork",
    "Search",
    "Site",
    "SiteAddress",
    "Space",
    "Statement",
    "Stay",
    "StayEvent",
    "Suggestion",
]
