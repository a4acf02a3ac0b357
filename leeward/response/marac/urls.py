"""The addresses of the MARAC. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.response.marac.views import figures, returns

# --- A: MARACs, seats, referrals, transfers, letters ---

# --- B: the table ---

# --- C: what it shows ---
shown_patterns = [
    path("marac/return", returns.marac_return, name="marac_return"),
    path("marac/returns/<int:return_id>", returns.marac_return_sent, name="marac_return_sent"),
    path("marac/year", returns.marac_year, name="marac_year"),
    path("marac/board", figures.marac_board, name="marac_board"),
    path("marac/daily", figures.marac_daily, name="marac_daily"),
    path("marac/causing-harm", figures.marac_causing_harm, name="marac_causing_harm"),
    path("marac/causing-harm/<int:person_id>", figures.marac_causing_harm_one, name="marac_causing_harm_one"),
]
shown_who: dict[str, Who] = {
    **dict.fromkeys(
        ("marac_return", "marac_return_sent", "marac_year", "marac_board"),
        may(Permission.MARAC_ARRANGE, Permission.COUNTS),
    ),
    "marac_daily": may(Permission.MARAC),
    "marac_causing_harm": may(Permission.MARAC_ARRANGE),
    "marac_causing_harm_one": may(Permission.MARAC_ARRANGE),
}

urlpatterns = [*shown_patterns]
WHO: dict[str, Who] = {**shown_who}
