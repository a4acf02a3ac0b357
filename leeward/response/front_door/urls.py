"""The addresses of this room, with who may call them."""

from leeward.response.front_door import urls_triage

urlpatterns = [*urls_triage.urlpatterns]
WHO = {**urls_triage.WHO}
