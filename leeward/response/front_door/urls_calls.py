"""Addresses of taking a call, with who may call them."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import may
from leeward.response.front_door.views import calls

urlpatterns = [
    path("calls/new", calls.call_new, name="call_new"),
    path("calls/draft", calls.call_draft, name="call_draft"),
]
WHO = {"call_new": may(Permission.TRIAGE), "call_draft": may(Permission.TRIAGE)}
