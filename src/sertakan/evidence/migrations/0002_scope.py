"""Evidence is seen by its agency and by who sees all; what is open to everybody by every agency. It is added, never changed."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, AppendOnly, EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity(
            "evidence_evidence",
            using=f"{BY_AGENCY} OR (everybody AND cardinality((SELECT sertakan_agency_ids())) > 0)",
            check=BY_AGENCY,
        ),
        AppendOnly("evidence_evidence"),
    ]
