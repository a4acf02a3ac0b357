"""Addresses of the directory, with who may call them."""

from django.urls import path

from leeward.platform.access.roles import Permission
from leeward.platform.access.routes import Who, may
from leeward.platform.directory.views import routing, services

urlpatterns = [
    path("services", services.service_list, name="services"),
    path("services/add", services.service_add, name="service_add"),
    path("services/<int:service_id>", services.service, name="service"),
    path("services/<int:service_id>/change", services.service_change, name="service_change"),
    path("services/<int:service_id>/pause", services.service_pause, name="service_pause"),
    path("services/<int:service_id>/resume", services.service_resume, name="service_resume"),
    path("services/<int:service_id>/retire", services.service_retire, name="service_retire"),
    path("services/<int:service_id>/restore", services.service_restore, name="service_restore"),
    path("routing-rules", routing.rules, name="routing_rules"),
    path("routing-rules/add", routing.rule_add, name="rule_add"),
    path("routing-rules/try", routing.rules_try, name="rules_try"),
    path("routing-rules/<int:rule_id>", routing.rule_change, name="rule_change"),
    path("routing-rules/<int:rule_id>/switch", routing.rule_switch, name="rule_switch"),
    path("routing-rules/<int:rule_id>/move", routing.rule_move, name="rule_move"),
]
# Services by the administrator of their own organisation too; rules weigh organisations, so by the partnership's alone.
WHO: dict[str, Who] = {
    str(pattern.name): may(
        Permission.MANAGE_USERS if str(pattern.name).startswith("service") else Permission.MANAGE_PARTNERSHIP
    )
    for pattern in urlpatterns
}
