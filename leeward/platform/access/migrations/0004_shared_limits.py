"""The table of the shared cache: limits of sign-in hold for all processes together. Columns as Django's cache asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_offered_places"),
    ]

    operations = [
        migrations.RunSQL(
            [
                "CREATE TABLE access_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL,"
                " expires timestamp with time zone NOT NULL)",
                "CREATE INDEX access_cache_expires ON access_cache (expires)",
            ],
            "DROP TABLE access_cache",
        ),
    ]
