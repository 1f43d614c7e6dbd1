"""Brings back what went with the plain index of the same column: Django took the conditional unique index along."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0007_history_by_row")]

    operations = [
        migrations.RunSQL(
            'CREATE UNIQUE INDEX IF NOT EXISTS "consent_one_in_force" ON people_consent (person_id) WHERE withdrawn_on IS NULL',
            migrations.RunSQL.noop,
        )
    ]
