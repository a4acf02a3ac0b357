import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marac", "0003_waiting_for_who_referred")]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="skips",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="marac.meeting",
            ),
        ),
    ]
