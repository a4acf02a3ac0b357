"""The addresses of cases, and who may call them. Numbers only: no name, no reference in any address."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.record.cases.views import case, documents, handover, leading, lists, notes, people, reviews, sharing, tasks

_CASE = "cases/<int:case_id>"
_NOTE = f"{_CASE}/notes/<int:note_id>"
_SHARE = f"{_CASE}/sharing/<int:share_id>"

urlpatterns = [
    path("cases", lists.caseload, name="caseload"),
    path("cases/give", lists.cases_give, name="cases_give"),
    path(_CASE, case.case, name="case"),
    path(f"{_CASE}/print", case.case_print, name="case_print"),
    path(f"{_CASE}/people", people.case_people, name="case_people"),
    path(f"{_CASE}/people/new/<slug:word>", people.case_person_add, name="case_person_add"),
    path(f"{_CASE}/people/<int:row_id>/out", people.case_person_remove, name="case_person_remove"),
    path(f"{_CASE}/people/<int:row_id>/back", people.case_person_put_back, name="case_person_put_back"),
    path(f"{_CASE}/people/<int:row_id>/case", people.case_child_open, name="case_child_open"),
    path(f"{_CASE}/people/<int:row_id>/apart", people.case_apart_open, name="case_apart_open"),
    path(f"{_CASE}/known", people.case_known, name="case_known"),
    path(f"{_CASE}/details", case.case_details, name="case_details"),
    path(f"{_CASE}/details/change", case.case_details_change, name="case_details_change"),
    path(f"{_CASE}/notes/new", notes.case_note_add, name="case_note_add"),
    path(f"{_CASE}/notes/draft", notes.case_note_draft, name="case_note_draft"),
    path(_NOTE, notes.case_note, name="case_note"),
    path(f"{_NOTE}/correct", notes.case_note_correct, name="case_note_correct"),
    path(f"{_NOTE}/draft", notes.case_note_correct_draft, name="case_note_correct_draft"),
    path(f"{_CASE}/tasks", tasks.case_tasks, name="case_tasks"),
    path(f"{_CASE}/tasks/new", tasks.case_task_add, name="case_task_add"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/<int:task_id>", tasks.task_change, name="task_change"),
    path("tasks/<int:task_id>/done", tasks.task_done, name="task_done"),
    path("tasks/<int:task_id>/reopen", tasks.task_reopen, name="task_reopen"),
    path("tasks/<int:task_id>/drop", tasks.task_drop, name="task_drop"),
    path(f"{_CASE}/documents", documents.case_documents, name="case_documents"),
    path(f"{_CASE}/documents/new", documents.case_document_add, name="case_document_add"),
    path("documents/<int:document_id>/file", documents.document_file, name="document_file"),
    path("documents/<int:document_id>/withdraw", documents.document_withdraw, name="document_withdraw"),
    path(f"{_CASE}/sharing", sharing.case_sharing, name="case_sharing"),
    path(f"{_CASE}/sharing/new", sharing.case_share, name="case_share"),
    path(f"{_SHARE}/change", sharing.case_share_change, name="case_share_change"),
    path(f"{_SHARE}/end", sharing.case_share_end, name="case_share_end"),
    path(f"{_SHARE}/consent", sharing.case_share_consent, name="case_share_consent"),
    path(f"{_CASE}/restrict", sharing.case_restrict, name="case_restrict"),
    path(f"{_CASE}/lift", sharing.case_lift, name="case_lift"),
    path(f"{_CASE}/allocate", leading.case_allocate, name="case_allocate"),
    path(f"{_CASE}/transfer", leading.case_transfer, name="case_transfer"),
    path(f"{_CASE}/close", leading.case_close, name="case_close"),
    path(f"{_CASE}/sign-off", leading.case_sign_off, name="case_sign_off"),
    path(f"{_CASE}/reopen", leading.case_reopen, name="case_reopen"),
    path(f"{_CASE}/reopen/undo", leading.case_reopen_undo, name="case_reopen_undo"),
    path("shared", lists.shares_offered, name="shares_offered"),
    path("shared/<int:share_id>", lists.share_offered, name="share_offered"),
    path("emergency", lists.emergency, name="emergency"),
    path("emergency/reviews", reviews.emergency_reviews, name="emergency_reviews"),
    path("emergency/reviews/<int:sight_id>", reviews.emergency_review, name="emergency_review"),
    path("emergency/reviews/<int:sight_id>/end", reviews.emergency_end, name="emergency_end"),
    path("handovers", handover.handovers, name="handovers"),
    path("handovers/new", handover.handover_new, name="handover_new"),
    path("handovers/<int:handover_id>", handover.handover, name="handover"),
]

_OTHERS: dict[str, Who] = {
    "cases_give": may(Permission.ALLOCATE),
    "emergency": may(Permission.BREAK_GLASS),
    "emergency_reviews": may(Permission.REVIEW_ACCESS),
    "emergency_review": may(Permission.REVIEW_ACCESS),
    "emergency_end": may(Permission.REVIEW_ACCESS),
    "handovers": may(Permission.HAND_OVER, Permission.ALLOCATE),
    "handover_new": may(Permission.HAND_OVER, Permission.ALLOCATE),
    "handover": may(Permission.HAND_OVER, Permission.ALLOCATE),
    "case_restrict": may(Permission.RESTRICT),
    "case_lift": may(Permission.RESTRICT),
    "case_sign_off": may(Permission.SIGN_OFF),
}
WHO: dict[str, Who] = {str(route.name): _OTHERS.get(str(route.name), may(Permission.CASEWORK)) for route in urlpatterns}
