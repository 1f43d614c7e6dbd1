"""Matching looks across agencies: only who sees all reads its tables. Runs, records and decisions are only added to."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, CheckReferences, EnableRowSecurity, KeepRows

NOBODY = "false"
PERSON = ("people_person", "id")


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial"), ("people", "0010_same_person"), ("core", "0002_scope")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE linkage_number", "DROP SEQUENCE linkage_number"),
        EnableRowSecurity("linkage_run", using=NOBODY),
        EnableRowSecurity("linkage_externalrecord", using=NOBODY),
        EnableRowSecurity("linkage_pair", using=NOBODY),
        EnableRowSecurity("linkage_pairevent", using=NOBODY),
        EnableRowSecurity("linkage_decision", using=NOBODY),
        AppendOnly("linkage_run"),
        AppendOnly("linkage_externalrecord"),
        AppendOnly("linkage_decision"),
        KeepRows("linkage_pair"),
        CheckReferences("linkage_pair", {"person_id": PERSON, "other_id": PERSON}),
    ]
