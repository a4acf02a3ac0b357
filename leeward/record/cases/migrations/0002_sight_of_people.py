"""Sight that stands already gets what people/0004 added: that it is an emergency's, and who looks after a child."""

from django.db import migrations

EMERGENCY = """
UPDATE people_personsight p SET source = 'break_glass'
  FROM cases_casesight s
 WHERE s.source = 'break_glass' AND p.source_kind = 'case' AND p.source_id = s.case_id
   AND p.organisation_id = s.organisation_id AND p.user_id = s.user_id AND p.until IS NOT DISTINCT FROM s.until
"""
CARE = """
UPDATE people_personsight p SET cares = true
  FROM cases_caseperson m JOIN cases_case c ON c.id = m.case_id
 WHERE c.side = 'child' AND m.part = 'carer' AND m.ended_at IS NULL
   AND p.source_kind = 'case' AND p.source_id = c.id AND p.person_id = m.person_id AND p.side = 'named'
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("people", "0004_emergency_and_care")]
    operations = [
        migrations.RunSQL(EMERGENCY, migrations.RunSQL.noop),
        migrations.RunSQL(CARE, migrations.RunSQL.noop),
    ]
