"""Addresses for everybody, once in each language. They say nothing of what somebody answered."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import PUBLIC, Who, may
from leeward.response.front_door.views import asking, public, referring

in_every_language = [
    path("", public.home, name="home"),
    path("pages/browsing", public.words, {"slug": "browsing"}, name="browsing"),
    path("pages/your-information", public.words, {"slug": "your-information"}, name="your_information"),
    path("pages/accessibility", public.words, {"slug": "accessibility"}, name="accessibility"),
    path("pages/professionals", public.words, {"slug": "professionals"}, name="professionals"),
    path("pages/<slug:slug>", public.words, name="public_page"),
    path("ask", asking.ask, name="ask"),
    path("ask/<int:number>", asking.ask_step, name="ask_step"),
    path("ask/<int:number>/now", asking.ask_now, name="ask_now"),
    path("ask/check", asking.ask_check, name="ask_check"),
    path("ask/done", asking.ask_done, name="ask_done"),
    path("ask/more/<int:number>", asking.ask_more, name="ask_more"),
    path("refer", referring.refer, name="refer"),
    path("refer/<int:number>", referring.refer_step, name="refer_step"),
    path("refer/<int:number>/now", referring.refer_now, name="refer_now"),
    path("refer/check", referring.refer_check, name="refer_check"),
    path("refer/done", referring.refer_done, name="refer_done"),
    path("receipt", referring.receipt, name="receipt"),
]
urlpatterns = [path("referrals", referring.referrals, name="referrals")]
WHO: dict[str, Who] = {
    **{pattern.name: PUBLIC for pattern in in_every_language if pattern.name},
    "referrals": may(Permission.REFER),
}
