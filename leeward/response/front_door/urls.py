"""The addresses of this room, with who may call them. A part of the room adds a file of its own here."""

from leeward.response.front_door import urls_api, urls_calls, urls_public, urls_targets, urls_triage

urlpatterns = [
    *urls_triage.urlpatterns,
    *urls_calls.urlpatterns,
    *urls_targets.urlpatterns,
    *urls_api.urlpatterns,
    *urls_public.urlpatterns,
]
in_every_language = [*urls_public.in_every_language]
WHO = {**urls_triage.WHO, **urls_calls.WHO, **urls_api.WHO, **urls_targets.WHO, **urls_public.WHO}
