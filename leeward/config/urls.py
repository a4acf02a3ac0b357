"""All addresses: each room's own, gathered; and those that exist once in each language (`in_every_language`)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

_ROOMS = [f"{room}.urls" for room in settings.ROOMS if find_spec(f"{room}.urls")]

urlpatterns: list[URLPattern | URLResolver] = [path("", include(module)) for module in _ROOMS]
urlpatterns += [path("i18n/", include("django.conf.urls.i18n"))]
# The language stands in the address (/pl/…; English has none): a link can be passed on, and no cookie is needed.
urlpatterns += i18n_patterns(
    *(pattern for module in _ROOMS for pattern in getattr(import_module(module), "in_every_language", [])),
    prefix_default_language=False,
)

handler400 = "leeward.platform.ui.views.bad_request"
handler403 = "leeward.platform.ui.views.permission_denied"
handler404 = "leeward.platform.ui.views.not_found"
handler500 = "leeward.platform.ui.views.server_error"
