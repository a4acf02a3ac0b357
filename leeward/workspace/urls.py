"""Addresses of pages that cross rooms."""

from django.urls import path

from leeward.platform.access.routes import SIGNED_IN, Who
from leeward.workspace import views

urlpatterns = [path("today", views.today, name="today")]
WHO: dict[str, Who] = {"today": SIGNED_IN}
