"""All addresses: each room's own, gathered."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{room}.urls")) for room in settings.ROOMS if find_spec(f"{room}.urls")
]
urlpatterns += [path("i18n/", include("django.conf.urls.i18n"))]

handler400 = "leeward.platform.ui.views.bad_request"
handler403 = "leeward.platform.ui.views.permission_denied"
handler404 = "leeward.platform.ui.views.not_found"
handler500 = "leeward.platform.ui.views.server_error"
