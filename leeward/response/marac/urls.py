"""The addresses of the MARAC. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.response.marac.views import (
    actions,
    agenda,
    daily,
    figures,
    flags,
    home,
    letters,
    maracs,
    meeting,
    minutes,
    minuting,
    referrals,
    referring,
    research,
    returns,
    transfers,
)

_MEETING = "marac/meetings/<int:meeting_id>"
_ITEM = "marac/items/<int:item_id>"

# --- A: MARACs, seats, referrals, flags, transfers, letters ---
_SEATS = may(Permission.MANAGE_PARTNERSHIP, Permission.MARAC_ARRANGE)
_SETS_UP = may(Permission.MANAGE_PARTNERSHIP)
_REFERS = may(Permission.CASEWORK, Permission.MARAC)
_ARRANGES = may(Permission.MARAC_ARRANGE)
_REFERRAL = "marac/referrals/<int:referral_id>"

referring_patterns = [
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

referring_who: dict[str, Who] = {
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

# --- B: the table ---
table_patterns = [
    path("marac", home.marac_home, name="marac_home"),
    path("marac/meetings", home.marac_calendar, name="marac_calendar"),
    path("marac/<int:marac_id>/plan", home.marac_plan, name="marac_plan"),
    path(_MEETING, home.marac_meeting, name="marac_meeting"),
    path(f"{_MEETING}/move", home.marac_meeting_move, name="marac_meeting_move"),
    path(f"{_MEETING}/cancel", home.marac_meeting_cancel, name="marac_meeting_cancel"),
    path(f"{_MEETING}/restore", home.marac_meeting_restore, name="marac_meeting_restore"),
    path(f"{_MEETING}/notes", minuting.marac_notes_add, name="marac_notes_add"),
    path(f"{_MEETING}/agenda", agenda.marac_agenda, name="marac_agenda"),
    path(f"{_MEETING}/agenda/build", agenda.marac_agenda_build, name="marac_agenda_build"),
    path(f"{_MEETING}/agenda/print", agenda.marac_agenda_print, name="marac_agenda_print"),
    path(f"{_MEETING}/circulate", agenda.marac_circulate, name="marac_circulate"),
    path(_ITEM, agenda.marac_item, name="marac_item"),
    path(f"{_ITEM}/order", agenda.marac_item_order, name="marac_item_order"),
    path(f"{_ITEM}/off", agenda.marac_item_off, name="marac_item_off"),
    path(f"{_ITEM}/back", agenda.marac_item_back, name="marac_item_back"),
    path(f"{_ITEM}/story", actions.marac_item_story, name="marac_item_story"),
    path(f"{_MEETING}/research", research.marac_research, name="marac_research"),
    path(f"{_MEETING}/returned", research.marac_research_returned, name="marac_research_returned"),
    path(f"{_MEETING}/chase", research.marac_research_chase, name="marac_research_chase"),
    path("marac/research/<int:research_id>", research.marac_research_form, name="marac_research_form"),
    path("marac/research/<int:research_id>/share", research.marac_research_share, name="marac_research_share"),
    path("marac/research/<int:research_id>/keep", research.marac_research_keep, name="marac_research_keep"),
    path(f"{_MEETING}/attend", meeting.marac_meeting_attend, name="marac_meeting_attend"),
    path(f"{_MEETING}/attendance", meeting.marac_attendance, name="marac_attendance"),
    path(f"{_MEETING}/open", meeting.marac_meeting_open, name="marac_meeting_open"),
    path(f"{_MEETING}/end", meeting.marac_meeting_end, name="marac_meeting_end"),
    path(f"{_MEETING}/go", meeting.marac_meeting_go, name="marac_meeting_go"),
    path(f"{_MEETING}/chair", meeting.marac_meeting_chair, name="marac_meeting_chair"),
    path(f"{_MEETING}/room", meeting.marac_meeting_room, name="marac_meeting_room"),
    path(f"{_MEETING}/live/<slug:screen>", meeting.marac_live, name="marac_live"),
    path(f"{_ITEM}/line", minuting.marac_line_add, name="marac_line_add"),
    path("marac/lines/<int:line_id>", minuting.marac_line_correct, name="marac_line_correct"),
    path("marac/lines/<int:line_id>/out", minuting.marac_line_out, name="marac_line_out"),
    path("marac/lines/<int:line_id>/back", minuting.marac_line_back, name="marac_line_back"),
    path("marac/lines/<int:line_id>/withhold", minuting.marac_line_withhold, name="marac_line_withhold"),
    path(f"{_ITEM}/action", minuting.marac_action_add, name="marac_action_add"),
    path(f"{_ITEM}/level", minuting.marac_level, name="marac_level"),
    path(f"{_ITEM}/heard", minuting.marac_heard, name="marac_heard"),
    path(f"{_MEETING}/minutes", minutes.marac_minutes, name="marac_minutes"),
    path(f"{_MEETING}/minutes/document", minutes.marac_minutes_pdf, name="marac_minutes_pdf"),
    path(f"{_MEETING}/minutes/set", minutes.marac_minutes_set, name="marac_minutes_set"),
    path(f"{_MEETING}/publish", minutes.marac_publish, name="marac_publish"),
    path("marac/actions", actions.marac_actions, name="marac_actions"),
    path("marac/actions/<int:action_id>", actions.marac_action, name="marac_action"),
    path("marac/actions/<int:action_id>/change", actions.marac_action_change, name="marac_action_change"),
    path("marac/actions/<int:action_id>/chase", actions.marac_action_chase, name="marac_action_chase"),
    path("marac/<int:marac_id>/overdue", actions.marac_actions_overdue, name="marac_actions_overdue"),
]
_ARRANGING = [
    "marac_plan",
    "marac_meeting_move",
    "marac_meeting_cancel",
    "marac_meeting_restore",
    "marac_notes_add",
    "marac_item_back",
    "marac_line_back",
    "marac_agenda_build",
    "marac_circulate",
    "marac_item_order",
    "marac_item_off",
    "marac_research_returned",
    "marac_research_chase",
    "marac_attendance",
    "marac_meeting_open",
    "marac_meeting_end",
    "marac_meeting_go",
    "marac_meeting_chair",
    "marac_line_correct",
    "marac_line_out",
    "marac_line_withhold",
    "marac_action_add",
    "marac_level",
    "marac_heard",
    "marac_minutes_set",
    "marac_publish",
    "marac_action_change",
    "marac_action_chase",
    "marac_actions_overdue",
]
# Who brings a case to the table has no seat there: its meeting, its item and its minutes open to a case worker too.
_ALSO_BRINGING = [
    "marac_home",
    "marac_meeting",
    "marac_agenda",
    "marac_item",
    "marac_item_story",
    "marac_meeting_attend",
    "marac_meeting_room",
    "marac_live",
    "marac_line_add",
    "marac_minutes",
    "marac_minutes_pdf",
    "marac_actions",
    "marac_action",
]
table_who: dict[str, Who] = {
    **{str(route.name): may(Permission.MARAC) for route in table_patterns},
    **dict.fromkeys(_ARRANGING, may(Permission.MARAC_ARRANGE)),
    **dict.fromkeys(_ALSO_BRINGING, may(Permission.MARAC, Permission.CASEWORK)),
}

# --- C: what it shows ---
shown_patterns = [
    path("marac/return", returns.marac_return, name="marac_return"),
    path("marac/return/ask", returns.marac_return_ask, name="marac_return_ask"),
    path(f"{_REFERRAL}/tell", returns.marac_referral_tell, name="marac_referral_tell"),
    path("marac/returns/<int:return_id>", returns.marac_return_sent, name="marac_return_sent"),
    path("marac/year", returns.marac_year, name="marac_year"),
    path("marac/board", figures.marac_board, name="marac_board"),
    path("marac/daily", daily.marac_daily, name="marac_daily"),
    path("marac/<int:marac_id>/daily/list", daily.marac_daily_list, name="marac_daily_list"),
    path("marac/<int:marac_id>/daily/begin", daily.marac_daily_begin, name="marac_daily_begin"),
    path("marac/<int:marac_id>/daily/contact", daily.marac_daily_contact, name="marac_daily_contact"),
    path("marac/causing-harm", figures.marac_causing_harm, name="marac_causing_harm"),
    path("marac/causing-harm/<int:person_id>", figures.marac_causing_harm_one, name="marac_causing_harm_one"),
]
shown_who: dict[str, Who] = {
    **dict.fromkeys(
        ("marac_return", "marac_return_sent", "marac_year", "marac_board"),
        may(Permission.MARAC_ARRANGE, Permission.COUNTS),
    ),
    "marac_daily": may(Permission.MARAC),
    "marac_daily_list": may(Permission.MARAC),
    "marac_daily_begin": may(Permission.MARAC_ARRANGE),
    "marac_daily_contact": may(Permission.TRIAGE),
    "marac_causing_harm": may(Permission.MARAC_ARRANGE),
    "marac_causing_harm_one": may(Permission.MARAC_ARRANGE),
}


urlpatterns = [*referring_patterns, *table_patterns, *shown_patterns]

asking_who: dict[str, Who] = {"marac_return_ask": _ARRANGES, "marac_referral_tell": _REFERS}

WHO: dict[str, Who] = {**referring_who, **table_who, **shown_who, **asking_who}
