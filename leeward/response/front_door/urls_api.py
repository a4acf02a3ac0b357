"""The API's addresses. Everyone may knock: the key in the request says who may come in (see api.KeyAuth)."""

from django.urls import path

from leeward.platform.access.routes import PUBLIC
from leeward.response.front_door.api import api

urlpatterns = [path("api/v1/", api.urls)]
WHO = {f"api-1.0.0:{name}": PUBLIC for name in ("openapi-json", "api-root", "refer", "receipt")}
