"""Addresses of pages that cross rooms."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import SIGNED_IN, Who, may
from leeward.workspace import views

urlpatterns = [
    path("today", views.today, name="today"),
    path("administration", views.administration, name="administration"),
]
WHO: dict[str, Who] = {
    "today": SIGNED_IN,
    "administration": may(Permission.MANAGE_USERS, Permission.REVIEW_ACCESS),
}
