from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(
            "CREATE TABLE drill_note (words text NOT NULL); INSERT INTO drill_note VALUES ('new'); ALTER TABLE cases_case ADD COLUMN drill text"
        )
    ]
