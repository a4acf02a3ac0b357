"""Addresses of pages that cross rooms."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import SIGNED_IN, Who, may
from leeward.workspace import views

urlpatterns = [
    path("today", views.today, name="today"),
    path("administration", views.administration, name="administration"),
    path("tour", views.tour, name="tour"),
    path("tour/<int:number>", views.tour, name="tour_stop"),
    path("tour/end", views.tour_end, name="tour_end"),
    path("help", views.staff_help, name="staff_help"),
]
WHO: dict[str, Who] = {
    **{str(route.name): SIGNED_IN for route in urlpatterns},
    "administration": may(Permission.MANAGE_USERS, Permission.REVIEW_ACCESS),
}
