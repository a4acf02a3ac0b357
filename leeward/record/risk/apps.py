from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "leeward.record.risk"
    label = "risk"

    def ready(self) -> None:
        """Say to the room below what was assessed, and which cases wait for something of risk."""
        from leeward.record.cases.queries import caseload, least_risk
        from leeward.record.risk.queries.assessments import assessed_level
        from leeward.record.risk.queries.due import WAITING

        least_risk.answer_with(assessed_level)
        for key, waiting in WAITING.items():
            caseload.offer_waiting(key, waiting.title, waiting.cases)
