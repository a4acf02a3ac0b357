import re

from django.db import migrations


def look_for_those_named_before(apps, schema_editor):
    """Who was named before this table stood is looked for too, whenever a user is invited."""
    from leeward.record.people import naming

    # As the owner, past the policies that are forced on it too. KeptOut is new: its own come after the migrations.
    owner = schema_editor.connection.alias
    schema_editor.execute("ALTER TABLE front_door_contact NO FORCE ROW LEVEL SECURITY")
    contacts = apps.get_model("front_door", "Contact").objects.using(owner).exclude(must_not_know="")
    kept_out = apps.get_model("front_door", "KeptOut").objects.using(owner)
    for contact_id, text in list(contacts.values_list("id", "must_not_know")):
        for piece in re.split(r"[,;\n]| and ", text):
            if words := {naming.normalise(word) for word in piece.split()} - {""}:
                kept_out.create(contact_id=contact_id, keys=sorted(naming.key(word) for word in words))
    schema_editor.execute("ALTER TABLE front_door_contact FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [
        ("front_door", "0007_who_is_kept_out"),
    ]

    operations = [
        migrations.RunPython(look_for_those_named_before, migrations.RunPython.noop),
    ]
