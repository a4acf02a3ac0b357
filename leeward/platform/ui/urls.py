"""The addresses of this room."""

from django.urls import path

from leeward.platform.ui import views

app_name = "ui"
urlpatterns = [
    path(views.LEAVE.lstrip("/"), views.leave, name="leave"),
    path("language", views.language, name="language"),
    path("gallery", views.gallery, name="gallery"),
    path("gallery/<slug:name>", views.gallery, name="gallery_page"),
]
