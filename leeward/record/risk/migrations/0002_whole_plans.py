import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("risk", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="risksettings", name="plan_weeks", field=models.PositiveSmallIntegerField(default=8)
        ),
        migrations.AddField(model_name="assessment", name="finished_by_id", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="assessment",
            name="finished_by_name",
            field=models.CharField(blank=True, max_length=120, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assessment", name="withdrawn_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="assessment",
            name="withdrawn_by",
            field=models.CharField(blank=True, max_length=120, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="demand",
            name="assessment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="demands",
                to="risk.assessment",
            ),
        ),
        migrations.AddField(
            model_name="demand",
            name="incident",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="demands",
                to="risk.incident",
            ),
        ),
        migrations.AddConstraint(
            model_name="demand",
            constraint=models.UniqueConstraint(fields=("incident", "key"), name="demand_of_incident_once"),
        ),
        migrations.AddField(
            model_name="safetyplan",
            name="copy_asked_on",
            field=models.DateField(blank=True, null=True, verbose_name="when they said so"),
        ),
        migrations.AddField(
            model_name="safetyplan",
            name="copy_to",
            field=models.CharField(blank=True, max_length=200, default="", verbose_name="to whom it is sent"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="safetyplan",
            name="copy_address",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.address",
            ),
        ),
    ]
