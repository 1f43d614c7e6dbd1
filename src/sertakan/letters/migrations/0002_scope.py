"""Letters are seen by the agency they are about, by those they went to, and by who sees all; what went out is never changed."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, AppendOnly, EnableRowSecurity

_AGENCIES = "cardinality((SELECT sertakan_agency_ids())) > 0"
_SENT = "EXISTS (SELECT 1 FROM letters_letterrecipient r WHERE r.letter_id = letters_letter.id AND r.agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[]))"


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("letters_office", using=_AGENCIES, check="false"),
        EnableRowSecurity("letters_template", using=_AGENCIES, check="false"),
        EnableRowSecurity("letters_register", using="false"),
        EnableRowSecurity("letters_letterrecipient", check="false"),
        EnableRowSecurity("letters_letter", using=f"{BY_AGENCY} OR {_SENT}", check="false"),
        *(AppendOnly(f"letters_{name}") for name in ("office", "template", "letter", "letterrecipient")),
    ]
