"""Circulars are read by everybody signed in and written by who sees all; what stands of an agency is seen by that agency."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, AppendOnly, EnableRowSecurity, KeepRows

SIGNED_IN = "(SELECT sertakan_user_id()) IS NOT NULL"
OWN_OR_ALL = f"(agency_id IS NULL AND {SIGNED_IN}) OR {BY_AGENCY}"


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial"), ("core", "0002_scope")]

    operations = [
        *(
            EnableRowSecurity(f"followup_{name}{event}", using=SIGNED_IN, check="false")
            for name in ("circular", "clause", "duty", "plan")
            for event in ("", "event")
        ),
        EnableRowSecurity("followup_deadline", using=SIGNED_IN, check="false"),
        EnableRowSecurity("followup_addressee", check="false"),
        EnableRowSecurity("followup_addresseeevent", check="false"),
        EnableRowSecurity("followup_standing"),
        EnableRowSecurity("followup_declaration"),
        EnableRowSecurity("followup_declarationevent", check="false"),
        EnableRowSecurity("followup_pause", using=OWN_OR_ALL, check="false"),
        EnableRowSecurity("followup_pauseevent", using=OWN_OR_ALL, check="false"),
        EnableRowSecurity("followup_reminder", check="false"),
        AppendOnly("followup_deadline"),
        AppendOnly("followup_standing"),
        KeepRows("followup_declaration"),
        KeepRows("followup_reminder"),
    ]
