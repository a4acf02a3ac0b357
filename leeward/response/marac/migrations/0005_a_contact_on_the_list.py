import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import leeward.platform.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_shared_limits"),
        ("front_door", "0004_counts_by_kind"),
        ("marac", "0004_for_the_meeting_after"),
        ("people", "0005_harms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=leeward.platform.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField()),
                ("owner_name", models.CharField(max_length=120, verbose_name="who acts today")),
                ("put_on_by", models.CharField(max_length=120)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="front_door.contact"
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_item",
                        to="marac.item",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_items",
                        to="marac.meeting",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("meeting", "contact"), name="contact_item_once")],
            },
        ),
    ]
