"""Codes and areas describe the world, not people."""

from leeward.platform.common.policy import Open

POLICIES = [
    Open("reference.Code", "lists of codes and their labels", "SELECT"),
    Open("reference.Area", "names of councils and districts"),
]
