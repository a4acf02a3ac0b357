"""The addresses of risk and of safety plans. Numbers only."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.record.risk.views import assessments, incidents, planning, settings

_CASE = "cases/<int:case_id>"
_ONE = "assessments/<int:assessment_id>"
_PLAN = "plans/<int:plan_id>"  # a copy on paper carries its address: it must say nothing

urlpatterns = [
    path(f"{_CASE}/risk", assessments.case_risk, name="case_risk"),
    path(f"{_CASE}/risk/start", assessments.assessment_start, name="assessment_start"),
    path(_ONE, assessments.assessment, name="assessment"),
    path(f"{_ONE}/finish", assessments.assessment_finish, name="assessment_finish"),
    path(f"{_ONE}/take-back", assessments.assessment_withdraw, name="assessment_withdraw"),
    path(f"{_ONE}/beside/<int:earlier_id>", assessments.assessment_compare, name="assessment_compare"),
    path("next-steps/<int:demand_id>", assessments.demand_answer, name="demand_answer"),
    path("next-steps/<int:demand_id>/task", assessments.demand_task, name="demand_task"),
    path(f"{_CASE}/incidents/new", incidents.incident_add, name="incident_add"),
    path("incidents/<int:incident_id>", incidents.incident, name="incident"),
    path("incidents/<int:incident_id>/take-back", incidents.incident_withdraw, name="incident_withdraw"),
    path(f"{_CASE}/safety", planning.case_safety, name="case_safety"),
    path(_PLAN, planning.safety_plan, name="safety_plan"),
    path(f"{_PLAN}/change", planning.safety_plan_change, name="safety_plan_change"),
    path(f"{_PLAN}/review", planning.safety_plan_review, name="safety_plan_review"),
    path(f"{_PLAN}/copy", planning.safety_plan_copy, name="safety_plan_copy"),
    path(f"{_PLAN}/given", planning.safety_plan_given, name="safety_plan_given"),
    path("plan-steps/<int:step_id>", planning.plan_step, name="plan_step"),
    path("plan-steps/<int:step_id>/mark", planning.plan_step_mark, name="plan_step_mark"),
    path("risk-settings", settings.risk_settings, name="risk_settings"),
]

WHO: dict[str, Who] = {
    **{str(route.name): may(Permission.CASEWORK) for route in urlpatterns},
    "risk_settings": may(Permission.MANAGE_PARTNERSHIP),
}
