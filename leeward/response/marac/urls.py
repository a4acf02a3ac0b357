"""The addresses of the MARAC. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.response.marac.views import flags, letters, maracs, referrals, referring, transfers

# --- A: setting up, referrals, flags, transfers, letters ---
_SEATS = may(Permission.MANAGE_PARTNERSHIP, Permission.MARAC_ARRANGE)
_SETS_UP = may(Permission.MANAGE_PARTNERSHIP)
_REFERS = may(Permission.CASEWORK, Permission.MARAC)
_ARRANGES = may(Permission.MARAC_ARRANGE)
_REFERRAL = "marac/referrals/<int:referral_id>"

urlpatterns = [
    path("maracs", maracs.listed, name="maracs"),
    path("maracs/new", maracs.marac_add, name="marac_add"),
    path("maracs/<int:marac_id>", maracs.marac, name="marac_setup"),
    path("maracs/<int:marac_id>/change", maracs.marac_change, name="marac_change"),
    path("maracs/<int:marac_id>/switch", maracs.marac_switch, name="marac_switch"),
    path("maracs/<int:marac_id>/agencies/new", maracs.marac_agency_add, name="marac_agency_add"),
    path("marac-agencies/<int:agency_id>", maracs.marac_agency_change, name="marac_agency_change"),
    path("marac-agencies/<int:agency_id>/end", maracs.marac_agency_end, name="marac_agency_end"),
    path("marac-agencies/<int:agency_id>/restore", maracs.marac_agency_restore, name="marac_agency_restore"),
    path("maracs/<int:marac_id>/seats/new", maracs.marac_seat_add, name="marac_seat_add"),
    path("marac-seats/<int:seat_id>/end", maracs.marac_seat_end, name="marac_seat_end"),
    path("marac-seats/<int:seat_id>/restore", maracs.marac_seat_restore, name="marac_seat_restore"),
    path("cases/<int:case_id>/marac", referring.case_marac, name="case_marac"),
    path("cases/<int:case_id>/marac/refer", referring.case_marac_refer, name="case_marac_refer"),
    path("cases/<int:case_id>/marac/refer/draft", referring.case_marac_refer_draft, name="case_marac_refer_draft"),
    path("marac/refer", referring.marac_refer_new, name="marac_refer_new"),
    path("marac/referrals", referrals.listed, name="marac_referrals"),
    path(_REFERRAL, referrals.referral, name="marac_referral"),
    path(f"{_REFERRAL}/accept", referrals.accept, name="marac_referral_accept"),
    path(f"{_REFERRAL}/return", referrals.return_, name="marac_referral_return"),
    path(f"{_REFERRAL}/again", referrals.again, name="marac_referral_again"),
    path(f"{_REFERRAL}/withdraw", referrals.withdraw, name="marac_referral_withdraw"),
    path(f"{_REFERRAL}/transfer", transfers.send, name="marac_transfer_send"),
    path("marac/transfers", transfers.listed, name="marac_transfers"),
    path("marac/transfers/<int:transfer_id>/answer", transfers.answer, name="marac_transfer_answer"),
    path("marac/flags", flags.listed, name="marac_flags"),
    path("marac/flags/<int:flag_id>/end", flags.end, name="marac_flag_end"),
    path("marac/flags/<int:flag_id>/restore", flags.restore, name="marac_flag_restore"),
    path("marac/items/<int:item_id>/letter", letters.new, name="marac_letter_new"),
    path("marac/letters/<int:letter_id>", letters.letter, name="marac_letter"),
    path("marac/letters/<int:letter_id>/pdf", letters.pdf, name="marac_letter_pdf"),
]

WHO: dict[str, Who] = {
    "maracs": _SEATS, "marac_add": _SETS_UP, "marac_setup": _SEATS, "marac_change": _SEATS, "marac_switch": _SETS_UP,
    "marac_agency_add": _SETS_UP, "marac_agency_change": _SETS_UP, "marac_agency_end": _SETS_UP,
    "marac_agency_restore": _SETS_UP, "marac_seat_add": _SEATS, "marac_seat_end": _SEATS, "marac_seat_restore": _SEATS,
    "case_marac": may(Permission.CASEWORK), "case_marac_refer": _REFERS, "case_marac_refer_draft": _REFERS,
    "marac_refer_new": _REFERS, "marac_referrals": _REFERS, "marac_referral": _REFERS,
    "marac_referral_accept": _ARRANGES, "marac_referral_return": _ARRANGES, "marac_referral_again": _REFERS,
    "marac_referral_withdraw": _REFERS, "marac_transfer_send": _ARRANGES, "marac_transfers": _ARRANGES,
    "marac_transfer_answer": _ARRANGES, "marac_flags": _ARRANGES, "marac_flag_end": _ARRANGES,
    "marac_flag_restore": _ARRANGES, "marac_letter_new": _ARRANGES, "marac_letter": _REFERS,
    "marac_letter_pdf": _REFERS,
}  # fmt: skip
# --- end of A ---

# --- B: the table ---
# --- end of B ---

# --- C: what it shows ---
# --- end of C ---
