"""Addresses of the targets of triage, with who may call them."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import may
from leeward.response.front_door.views import targets

urlpatterns = [
    path("targets", targets.targets, name="targets"),
    path("targets/<slug:risk>", targets.target_change, name="target_change"),
    path("targets/<int:target_id>/withdraw", targets.target_withdraw, name="target_withdraw"),
]
WHO = {str(pattern.name): may(Permission.MANAGE_PARTNERSHIP) for pattern in urlpatterns}
