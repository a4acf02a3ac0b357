"""What the directory knows: services that could help and why, and the lists of its pages."""

from leeward.platform.directory.queries.proposing import (
    Asked,
    Proposal,
    against,
    hours_of,
    is_open,
    is_paused,
    propose,
    unmet,
)

__all__ = ["Asked", "Proposal", "against", "hours_of", "is_open", "is_paused", "propose", "unmet"]
