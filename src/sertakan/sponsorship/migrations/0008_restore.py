"""Brings back what went with the plain index of the same column: Django took the conditional unique indexes along."""

from django.db import migrations

ROW = (
    'CREATE UNIQUE INDEX IF NOT EXISTS "sponsorship_once_per_row" ON sponsorship_sponsorship (row_id)'
    " WHERE row_id IS NOT NULL"
)
CONTINUED = (
    'CREATE UNIQUE INDEX IF NOT EXISTS "sponsorship_continued_once" ON sponsorship_sponsorship (continues_id)'
    " WHERE continues_id IS NOT NULL AND NOT (state IN ('ended', 'refused'))"
)


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0007_history_by_row")]

    operations = [
        migrations.RunSQL(ROW, migrations.RunSQL.noop),
        migrations.RunSQL(CONTINUED, migrations.RunSQL.noop),
    ]
