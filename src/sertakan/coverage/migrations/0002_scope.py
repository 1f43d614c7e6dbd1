"""Published cells are open to everybody; the hidden numbers to who sees all and to the agency they are about. Counts are never changed."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, EnableRowSecurity

KEEP_NUMBERS = """
CREATE TRIGGER numbers_stay BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();
"""
UNDO = "DROP TRIGGER numbers_stay ON {table};"
TABLES = ("coverage_rollupcell", "coverage_hiddencell", "coverage_snapshotchange", "coverage_funnelstep")


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("coverage_hiddencell", using=f"agency_id IS NOT NULL AND {BY_AGENCY}", check="false"),
        EnableRowSecurity("coverage_funnelstep", using=f"agency_id IS NULL OR {BY_AGENCY}", check="false"),
        *(
            migrations.RunSQL(KEEP_NUMBERS.format(table=table), UNDO.format(table=table))
            for table in TABLES
        ),
    ]
