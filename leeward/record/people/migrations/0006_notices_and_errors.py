import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_harms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="claimnotice",
            name="claim",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="people.harmclaim"
            ),
        ),
        migrations.AddField(
            model_name="claimnotice",
            name="about_kind",
            field=models.CharField(blank=True, db_default="", max_length=20),
        ),
        migrations.AddField(
            model_name="claimnotice",
            name="about_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="claimnotice",
            name="other_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
