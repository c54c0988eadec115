import os

from django.conf import settings
from django.db import migrations


def spoil(apps, schema_editor) -> None:
    """Fail: always, or on the real database only."""
    poison = os.environ.get("MINFU_TEST_POISON", "")
    if poison == "always" or (poison == "live" and settings.MINFU_HOME.name != "try"):
        schema_editor.execute("UPDATE drill_note SET words = 1/0")


class Migration(migrations.Migration):
    dependencies = [("poison", "0001_note")]
    operations = [migrations.RunPython(spoil)]
