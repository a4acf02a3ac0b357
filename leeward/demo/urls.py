"""The demonstration's own address; this room is installed only with LEEWARD_DEMO."""

from django.urls import path

from leeward.demo import views
from leeward.platform.access.routes import PUBLIC

urlpatterns = [path("demo/as/<slug:key>", views.sign_in_as, name="demo_sign_in")]
WHO = {"demo_sign_in": PUBLIC}
