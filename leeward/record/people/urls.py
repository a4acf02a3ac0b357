"""The addresses of this room, with who may call them."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import SIGNED_IN, Who, may
from leeward.record.people.views import checks, contact, family, finding, person, places, records, walls

_PERSON = "people/<int:person_id>"
_FACT = f"{_PERSON}/facts/<slug:kind>/<int:fact_id>"
_CLAIM = f"{_PERSON}/family/said/<int:claim_id>"
_STATUS = f"{_PERSON}/immigration/<int:status_id>"

urlpatterns = [
    path("search", finding.search, name="search"),
    path("index-check", finding.index_check, name="index_check"),
    path(_PERSON, person.person, name="person"),
    path(f"{_PERSON}/change", person.person_edit, name="person_edit"),
    path(f"{_PERSON}/changes/<int:change_id>/undo", person.person_change_undo, name="person_change_undo"),
    path(f"{_PERSON}/names/new", person.person_name_add, name="person_name_add"),
    path(f"{_PERSON}/numbers/new", person.person_identifier_add, name="person_identifier_add"),
    path(f"{_FACT}/end", person.person_fact_end, name="person_fact_end"),
    path(f"{_FACT}/restore", person.person_fact_restore, name="person_fact_restore"),
    path(f"{_FACT}/take-back", person.person_fact_take_back, name="person_fact_take_back"),
    path(f"{_PERSON}/equality", person.person_equality, name="person_equality"),
    path(f"{_PERSON}/equality/change", person.person_equality_edit, name="person_equality_edit"),
    path(
        f"{_PERSON}/equality/<int:answer_id>/put-back", person.person_equality_put_back, name="person_equality_put_back"
    ),
    path(f"{_PERSON}/contact", contact.person_contact, name="person_contact"),
    path(f"{_PERSON}/contact/new", contact.person_contact_add, name="person_contact_add"),
    path(f"{_PERSON}/contact/<int:detail_id>", contact.person_contact_edit, name="person_contact_edit"),
    path(f"{_PERSON}/contact/<int:detail_id>/code-word", contact.person_code_word, name="person_code_word"),
    path(f"{_PERSON}/places", places.person_places, name="person_places"),
    path(f"{_PERSON}/places/new", places.person_address_add, name="person_address_add"),
    path(f"{_PERSON}/places/household", places.person_household_add, name="person_household_add"),
    path(f"{_PERSON}/places/sealed", places.person_sealed, name="person_sealed"),
    path(f"{_PERSON}/places/sealed/new", places.person_sealed_add, name="person_sealed_add"),
    path(f"{_PERSON}/immigration", places.person_immigration, name="person_immigration"),
    path(f"{_PERSON}/immigration/new", places.person_immigration_edit, name="person_immigration_edit"),
    path(f"{_STATUS}/share", places.person_immigration_share, name="person_immigration_share"),
    path(
        f"{_STATUS}/unshare/<int:organisation_id>", places.person_immigration_unshare, name="person_immigration_unshare"
    ),
    path(f"{_PERSON}/family", family.family, name="family"),
    path(f"{_PERSON}/family/relationships/new", family.relationship_add, name="relationship_add"),
    path(f"{_PERSON}/family/knows/new", family.knows_place_add, name="knows_place_add"),
    path(f"{_PERSON}/family/said/new", family.harm_claim_add, name="harm_claim_add"),
    path(_CLAIM, family.harm_claim, name="harm_claim"),
    path(f"{_CLAIM}/stands", family.harm_claim_stands, name="harm_claim_stands"),
    path(f"{_CLAIM}/correct", family.harm_claim_correct, name="harm_claim_correct"),
    path("notices", family.notices, name="claim_notices"),
    path("notices/<int:notice_id>/read", family.notice_read, name="claim_notice_read"),
    path(f"{_PERSON}/records", records.person_records, name="person_records"),
    path(f"{_PERSON}/records/link", records.person_link_find, name="person_link_find"),
    path(f"{_PERSON}/records/link/<int:other_id>", records.person_link, name="person_link"),
    path(f"{_PERSON}/records/<int:link_id>", records.person_linked, name="person_linked"),
    path(f"{_PERSON}/records/<int:link_id>/unlink", records.person_unlink, name="person_unlink"),
    path(f"{_PERSON}/records/<int:link_id>/unlink-now", records.person_unlink_now, name="person_unlink_now"),
    path(f"{_PERSON}/i-know-them", walls.person_know, name="person_know"),
    path(f"{_PERSON}/walls/new", walls.wall_set, name="wall_set"),
    path("index-checks", checks.index_checks, name="index_checks"),
    path("index-checks/<int:user_id>", checks.index_checks_of, name="index_checks_of"),
    path("my-walls", walls.my_walls, name="my_walls"),
    path("my-walls/<int:declaration_id>", walls.declaration_ask_back, name="declaration_ask_back"),
    path("walls/asked/<int:declaration_id>", walls.declaration_answer, name="declaration_answer"),
    path("walls", walls.walls, name="walls"),
    path("walls/new", walls.wall_set_by_number, name="wall_set_by_number"),
    path("walls/<int:wall_id>/lift", walls.wall_lift, name="wall_lift"),
    path("walls/<int:wall_id>/keep", walls.wall_keep, name="wall_keep"),
    path("walls/<int:wall_id>/undo-keep", walls.wall_undo_keep, name="wall_undo_keep"),
    path("walls/<int:wall_id>/undo-lift", walls.wall_undo_lift, name="wall_undo_lift"),
    path("walls/<int:wall_id>/take-back", walls.wall_undo_set, name="wall_undo_set"),
]
_WALLS = may(Permission.SET_WALLS)
WHO: dict[str, Who] = {
    **{pattern.name: may(Permission.CASEWORK) for pattern in urlpatterns if pattern.name},
    **dict.fromkeys(("claim_notices", "claim_notice_read"), may(Permission.CASEWORK, Permission.MARAC)),
    "index_check": may(Permission.INDEX_CHECK),
    "my_walls": SIGNED_IN,
    "declaration_ask_back": SIGNED_IN,
    "declaration_answer": may(Permission.REVIEW_ACCESS),
    **dict.fromkeys(
        ("walls", "wall_set", "wall_lift", "wall_keep", "wall_undo_keep", "wall_undo_lift", "wall_undo_set"), _WALLS
    ),
    **dict.fromkeys(("wall_set_by_number", "index_checks", "index_checks_of"), may(Permission.REVIEW_ACCESS)),
}
