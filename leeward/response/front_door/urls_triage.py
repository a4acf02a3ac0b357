"""Addresses of triage, offers and counts, with who may call them."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import may
from leeward.response.front_door.views import correcting, counting, decided, offers, same_names, told, triage, trying

urlpatterns = [
    path("triage", triage.triage, name="triage"),
    path("triage/find", decided.contact_find, name="contact_find"),
    path("triage/decided", decided.contacts_decided, name="contacts_decided"),
    path("triage/offers/<int:offer_id>/withdraw", triage.triage_withdraw, name="triage_withdraw"),
    path("contacts/<int:contact_id>", triage.contact, name="contact"),
    path("contacts/<int:contact_id>/take", triage.contact_take, name="contact_take"),
    path("contacts/<int:contact_id>/release", triage.contact_release, name="contact_release"),
    path("contacts/<int:contact_id>/assign", triage.contact_assign, name="contact_assign"),
    path("contacts/<int:contact_id>/attempt", trying.contact_attempt, name="contact_attempt"),
    path(
        "contacts/<int:contact_id>/attempts/<int:attempt_id>/take-back",
        trying.contact_attempt_take_back,
        name="contact_attempt_take_back",
    ),
    path(
        "contacts/<int:contact_id>/attempts/<int:attempt_id>/safe",
        trying.contact_attempt_safe,
        name="contact_attempt_safe",
    ),
    path("contacts/<int:contact_id>/decide", triage.contact_decide, name="contact_decide"),
    path("contacts/<int:contact_id>/correct", correcting.contact_correct, name="contact_correct"),
    path("contacts/<int:contact_id>/known", correcting.contact_known, name="contact_known"),
    path("contacts/<int:contact_id>/undo", triage.contact_undo, name="contact_undo"),
    path("contacts/<int:contact_id>/hand-on", triage.contact_hand_on, name="contact_hand_on"),
    path(
        "contacts/<int:contact_id>/offers/<int:offer_id>/withdraw", triage.offer_withdraw, name="contact_offer_withdraw"
    ),
    path("cases/<int:case_id>/told", told.case_told, name="case_told"),
    path("offers", offers.offers, name="offers"),
    path("offers/<int:offer_id>/accept", offers.offer_accept, name="offer_accept"),
    path("offers/<int:offer_id>/return", offers.offer_return, name="offer_return"),
    path("same-names", same_names.same_names_list, name="same_names"),
    path("same-names/<int:row_id>", same_names.same_name_answer, name="same_name_answer"),
    path("same-names/<int:row_id>/again", same_names.same_name_again, name="same_name_again"),
    path("counts", counting.counts, name="counts"),
    path("counts/file", counting.counts_csv, name="counts_csv"),
    path("counts/contacts", counting.counts_contacts, name="counts_contacts"),
]
_TRIAGE = may(Permission.TRIAGE)
WHO = {
    **{
        pattern.name: _TRIAGE
        for pattern in urlpatterns
        if pattern.name and not pattern.name.startswith(("offer", "counts", "case", "same_name"))
    },
    "case_told": may(Permission.CASEWORK),
    "offers": may(Permission.CASEWORK),
    "offer_accept": may(Permission.CASEWORK),
    "offer_return": may(Permission.CASEWORK),
    **dict.fromkeys(("counts", "counts_csv"), may(Permission.COUNTS, Permission.TRIAGE)),
    "counts_contacts": _TRIAGE,
    **dict.fromkeys(("same_names", "same_name_answer", "same_name_again"), may(Permission.REVIEW_ACCESS)),
}
