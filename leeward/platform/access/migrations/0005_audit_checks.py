import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

import leeward.platform.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_shared_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=leeward.platform.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entries", models.BigIntegerField()),
                ("chains", models.IntegerField()),
                ("anchors", models.IntegerField()),
                (
                    "broken",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-at"], name="audit_check_newest")],
            },
        ),
    ]
