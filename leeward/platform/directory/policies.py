"""Services are what a partnership publishes."""

from leeward.platform.common.policy import Open

POLICIES = [
    Open("directory.Service", "what services exist, without a refuge's street"),
    Open("directory.RoutingRule", "rules about kinds of need, not about people"),
]
