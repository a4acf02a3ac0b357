"""Codes and areas describe the world, not people."""

from leeward.platform.common.policy import Open

POLICIES = [
    Open("reference.Code", "code lists", "SELECT"),
    Open("reference.Area", "names of councils and districts"),
]
