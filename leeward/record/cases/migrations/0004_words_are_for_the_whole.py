"""Lines for a summary that hold what somebody wrote are for who sees the whole case, as new ones are (add_entry)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_found_by_reference")]
    operations = [
        migrations.RunSQL(
            [
                # The policies are forced on the owner too, for whom no row of a case is open.
                "ALTER TABLE cases_chronologyentry NO FORCE ROW LEVEL SECURITY",
                "UPDATE cases_chronologyentry SET scope = 3 WHERE scope < 3 AND text <> ''",
                "ALTER TABLE cases_chronologyentry FORCE ROW LEVEL SECURITY",
            ],
            migrations.RunSQL.noop,
        ),
    ]
