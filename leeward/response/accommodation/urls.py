"""The addresses of safe places. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.response.accommodation.views import (
    after,
    asks,
    coordinating,
    lists,
    match_rules,
    measures,
    movers,
    needs,
    places,
    reciprocal,
    runs,
    sanctuary,
    stating,
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
    path("places/looking", lists.looking, name="looked_for"),
    path("places/made-safe", lists.safe_homes, name="made_safe"),
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
    # The stay and after; saying what is free.
    path("places/stays/<int:stay_id>/next", after.next_place, name="stay_next"),
    path("places/stays/<int:stay_id>/resettle", after.resettle, name="stay_resettle"),
    path("places/stays/<int:stay_id>/letter", after.letter, name="stay_letter"),
    path("places/stay-events/<int:event_id>/back", after.back, name="stay_back"),
    path("places/move-on", after.move_on, name="move_on"),
    path("places/sites/<int:site_id>/incidents", after.incidents, name="place_incidents"),
    path("places/sites/<int:site_id>/history", after.history, name="place_history"),
    path("places/sites/<int:site_id>/say", stating.say_free, name="place_say"),
    path("places/free", stating.say_all, name="place_free_all"),
    path("places/statements/<int:statement_id>/undo", stating.undo, name="place_free_undo"),
    path("sanctuaries/<int:sanctuary_id>/letter.pdf", after.sanctuary_pdf, name="sanctuary_letter_pdf"),
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
    path("places/leave", stating.leave, name="place_leave"),
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
# Who waits to move on with every provider, without a name.
_anywhere = [path("places/move-on/everywhere", after.move_on_anywhere, name="move_on_anywhere")]
# Secure homes that move: a landlord's and the coordinator's pages; a household's own are pages of its case.
_scheme = [
    path("places/reciprocal", reciprocal.scheme, name="reciprocal"),
    path("places/reciprocal/join", reciprocal.join, name="reciprocal_join"),
    path("places/reciprocal/landlords/<int:landlord_id>/leave", reciprocal.leave, name="reciprocal_leave"),
    path(
        "places/reciprocal/homes/<int:pledged_id>/withdraw", reciprocal.home_withdraw, name="reciprocal_home_withdraw"
    ),
    path("places/reciprocal/ledger", reciprocal.ledger, name="reciprocal_ledger"),
    path("places/reciprocal/numbers", reciprocal.rules, name="reciprocal_rules"),
]
_coordinates = [
    path("places/reciprocal/numbers/change", reciprocal.rules_change, name="reciprocal_rules_change"),
    path("places/reciprocal/runs/new", runs.run_begin, name="reciprocal_run_begin"),
    path("places/reciprocal/runs/<int:run_id>", runs.run, name="reciprocal_run"),
    path("places/reciprocal/runs/<int:run_id>/stop", runs.run_stop, name="reciprocal_run_stop"),
]
_landlords = [
    path("places/reciprocal/homes/new", reciprocal.home_add, name="reciprocal_home_add"),
    path("places/reciprocal/homes/<int:pledged_id>/change", reciprocal.home_change, name="reciprocal_home_change"),
    path("places/reciprocal/parts/<int:part_id>/agree", reciprocal.part_agree, name="reciprocal_part_agree"),
    path("places/reciprocal/parts/<int:part_id>/refuse", reciprocal.part_refuse, name="reciprocal_part_refuse"),
]
_movers = [
    path("places/reciprocal/parts/<int:part_id>", reciprocal.part, name="reciprocal_part"),
    path("cases/<int:case_id>/reciprocal", movers.case_reciprocal, name="case_reciprocal"),
    path("cases/<int:case_id>/reciprocal/register", movers.mover_add, name="mover_add"),
    path("places/reciprocal/households/<int:mover_id>/change", movers.mover_change, name="mover_change"),
    path("places/reciprocal/households/<int:mover_id>/withdraw", movers.mover_withdraw, name="mover_withdraw"),
    path("places/reciprocal/households/<int:mover_id>/answer", movers.mover_answer, name="mover_answer"),
    path("places/reciprocal/households/<int:mover_id>/moved", movers.mover_moved, name="mover_moved"),
]
urlpatterns = [
    *(_managers + _ours + _anywhere),
    *(_coordinating + _suggested + _counted),
    *(_scheme + _coordinates + _landlords + _movers),
]
WHO: dict[str, Who] = {
    **{str(one.name): may(Permission.PLACEMENT) for one in _coordinating},
    **{str(one.name): _WORKS for one in _suggested},
    **{str(one.name): may(Permission.COUNTS) for one in _counted},
    **{str(one.name): may(Permission.CASEWORK, Permission.PLACEMENT) for one in _scheme},
    **{str(one.name): may(Permission.PLACEMENT) for one in _coordinates},
    **{str(one.name): _RUNS for one in _landlords},
    **{str(one.name): _WORKS for one in _movers},
    **{str(one.name): _RUNS for one in _managers},
    **{str(one.name): _WORKS for one in _ours},
    **{str(one.name): may(Permission.PLACEMENT) for one in _anywhere},
}
