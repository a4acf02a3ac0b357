import re

from django.db import migrations


def look_for_those_named_before(apps, schema_editor):
    """Who was named before this table stood is looked for too, whenever a user is invited."""
    from leeward.record.people import naming

    contacts = apps.get_model("front_door", "Contact").objects.exclude(must_not_know="")
    kept_out = apps.get_model("front_door", "KeptOut")
    for contact_id, text in contacts.values_list("id", "must_not_know").iterator():
        for piece in re.split(r"[,;\n]| and ", text):
            if words := {naming.normalise(word) for word in piece.split()} - {""}:
                kept_out.objects.create(contact_id=contact_id, keys=sorted(naming.key(word) for word in words))


class Migration(migrations.Migration):
    dependencies = [
        ("front_door", "0007_who_is_kept_out"),
    ]

    operations = [
        migrations.RunPython(look_for_those_named_before, migrations.RunPython.noop),
    ]
