from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("front_door", "0004_counts_by_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="next_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="when to try again"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="next_why",
            field=models.CharField(blank=True, max_length=300, verbose_name="why then, outside the safe times"),
        ),
        migrations.AddField(
            model_name="contact",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="when they are to be tried again"),
        ),
    ]
