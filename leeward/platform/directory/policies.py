"""Services are what a partnership publishes."""

from leeward.platform.common.policy import Open

POLICIES = [
    Open("directory.Service", "what services exist, without a refuge's street", "SELECT, INSERT, UPDATE"),
    Open("directory.RoutingRule", "rules about kinds of need, not about people", "SELECT, INSERT, UPDATE"),
]
