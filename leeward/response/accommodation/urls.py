"""The addresses of safe places. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.response.accommodation.views import (
    asks,
    coordinating,
    match_rules,
    measures,
    needs,
    places,
    sanctuary,
    stays,
)

_RUNS = may(Permission.PLACES)
_WORKS = may(Permission.CASEWORK)

_ours = [
    path("places", places.places, name="places"),
    path("places/sites/<int:site_id>", places.site, name="place_site"),
    path("places/sites/<int:site_id>/free", places.state, name="place_free"),
    path("places/spaces/<int:space_id>/out", places.space_out, name="place_space_out"),
    path("places/spaces/<int:space_id>/back", places.space_back, name="place_space_back"),
    path("places/asks", asks.asks, name="place_asks"),
    path("places/asks/<int:ask_id>", asks.ask, name="place_ask"),
    path("places/asks/<int:ask_id>/talk", asks.talk, name="place_ask_talk"),
    path("places/asks/<int:ask_id>/offer", asks.offer, name="place_ask_offer"),
    path("places/asks/<int:ask_id>/refuse", asks.refuse, name="place_ask_refuse"),
    path("places/asks/<int:ask_id>/share", asks.share, name="place_ask_share"),
    path("places/asks/<int:ask_id>/accept", asks.accept, name="place_ask_accept"),
    path("places/asks/<int:ask_id>/decline", asks.decline, name="place_ask_decline"),
    path("places/asks/<int:ask_id>/withdraw", asks.withdraw, name="place_ask_withdraw"),
    path("places/stays", stays.stays, name="stays"),
    path("places/stays/<int:stay_id>", stays.stay, name="stay"),
    path("places/stays/<int:stay_id>/arrived", stays.arrive, name="stay_arrive"),
    path("places/stays/<int:stay_id>/not-arrived", stays.not_arrived, name="stay_not_arrived"),
    path("places/stays/<int:stay_id>/left", stays.end, name="stay_end"),
    path("places/stays/<int:stay_id>/licence", stays.licence, name="stay_licence"),
    path("places/stays/<int:stay_id>/events/new", stays.event, name="stay_event"),
    path("places/stays/<int:stay_id>/people/new", stays.resident_add, name="stay_resident_add"),
    path("places/residents/<int:resident_id>/left", stays.resident_left, name="stay_resident_left"),
    path("places/stays/<int:stay_id>/move", stays.move, name="stay_move"),
    path("places/stays/<int:stay_id>/charges/new", stays.charge, name="stay_charge"),
    path("places/stays/<int:stay_id>/payments/new", stays.payment, name="stay_payment"),
    path("places/stays/<int:stay_id>/benefit", stays.benefit, name="stay_benefit"),
    path("places/stays/<int:stay_id>/move-on", stays.move_on, name="stay_move_on"),
    path("places/stays/<int:stay_id>/statement", stays.statement, name="stay_statement"),
    path("cases/<int:case_id>/place", needs.case_place, name="case_place"),
    path("cases/<int:case_id>/sanctuary", sanctuary.case_sanctuary, name="case_sanctuary"),
    path("cases/<int:case_id>/sanctuary/refer", sanctuary.refer, name="sanctuary_refer"),
    path("sanctuaries/<int:sanctuary_id>/survey", sanctuary.survey, name="sanctuary_survey"),
    path("sanctuaries/<int:sanctuary_id>/consent", sanctuary.consent, name="sanctuary_consent"),
    path("sanctuaries/<int:sanctuary_id>/works/new", sanctuary.work_add, name="sanctuary_work_add"),
    path("sanctuaries/works/<int:work_id>/done", sanctuary.work_done, name="sanctuary_work_done"),
    path("sanctuaries/works/<int:work_id>/drop", sanctuary.work_drop, name="sanctuary_work_drop"),
    path("sanctuaries/<int:sanctuary_id>/tested", sanctuary.tested, name="sanctuary_tested"),
    path("sanctuaries/reviews/<int:review_id>", sanctuary.review, name="sanctuary_review"),
    path("sanctuaries/<int:sanctuary_id>/letter", sanctuary.letter, name="sanctuary_letter"),
    path("sanctuaries/<int:sanctuary_id>/end", sanctuary.end, name="sanctuary_end"),
    path("cases/<int:case_id>/place/new", needs.need_add, name="need_add"),
    path("needs/<int:need_id>/change", needs.need_change, name="need_change"),
    path("needs/<int:need_id>/people/new", needs.member_add, name="need_member_add"),
    path("needs/people/<int:member_id>/out", needs.member_out, name="need_member_out"),
    path("needs/<int:need_id>/areas/new", needs.area_add, name="need_area_add"),
    path("needs/areas/<int:area_id>/out", needs.area_out, name="need_area_out"),
    path("needs/<int:need_id>/search", needs.search, name="need_search"),
    path("needs/<int:need_id>/end", needs.need_end, name="need_end"),
    path("needs/<int:need_id>/steps/new", needs.step_add, name="need_step_add"),
    path("needs/steps/<int:next_id>", needs.step_look, name="need_step_look"),
]
_managers = [
    path("places/sites/new", places.site_add, name="place_site_add"),
    path("places/sites/<int:site_id>/change", places.site_change, name="place_site_change"),
    path("places/sites/<int:site_id>/address", places.site_address, name="place_site_address"),
    path("places/team", places.team, name="place_team"),
    path("places/spaces/<int:space_id>/address", places.space_address, name="place_space_address"),
    path("places/sites/<int:site_id>/close", places.site_close, name="place_site_close"),
    path("places/sites/<int:site_id>/spaces/new", places.space_add, name="place_space_add"),
    path("places/spaces/<int:space_id>/change", places.space_change, name="place_space_change"),
    path("places/spaces/<int:space_id>/close", places.space_close, name="place_space_close"),
]
# The placement coordinator; and what a coordinator put to who looks.
_coordinating = [
    path("placement", coordinating.waiting, name="placement_waiting"),
    path("placement/needs/<int:need_id>/again", coordinating.look_again, name="placement_look_again"),
    path("placement/proposals", coordinating.proposal_list, name="placement_proposals"),
    path("placement/proposals/new", coordinating.proposal_new, name="placement_proposal_new"),
    path("placement/proposals/<int:proposal_id>", coordinating.proposal, name="placement_proposal"),
    path("placement/lines/<int:proposed_id>/suggest", coordinating.line_suggest, name="placement_line_suggest"),
    path("placement/lines/<int:proposed_id>/not", coordinating.line_not, name="placement_line_not"),
    path("placement/lines/<int:proposed_id>/back", coordinating.line_back, name="placement_line_back"),
    path("placement/rules", match_rules.rules, name="placement_rules"),
    path("placement/rules/change", match_rules.change, name="placement_rules_change"),
    path("placement/rules/shipped", match_rules.shipped_again, name="placement_rules_shipped"),
]
_suggested = [
    path("places/suggestions/<int:suggestion_id>/ask", coordinating.suggestion_ask, name="place_suggestion_ask"),
    path("places/suggestions/<int:suggestion_id>", coordinating.suggestion_answer, name="place_suggestion_answer"),
]
_counted = [
    path("counts/places", measures.counts_places, name="counts_places"),
    path("counts/places/file", measures.counts_places_csv, name="counts_places_csv"),
]
urlpatterns = _managers + _ours + _coordinating + _suggested + _counted
WHO: dict[str, Who] = {
    **{str(one.name): may(Permission.PLACEMENT) for one in _coordinating},
    **{str(one.name): _WORKS for one in _suggested},
    **{str(one.name): may(Permission.COUNTS) for one in _counted},
    **{str(one.name): _RUNS for one in _managers},
    **{str(one.name): _WORKS for one in _ours},
}
