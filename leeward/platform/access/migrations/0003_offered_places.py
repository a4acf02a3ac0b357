"""A place in a further organisation is offered, and accepted by whoever gets it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_keys_and_sign_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
