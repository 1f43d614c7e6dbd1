"""Who reads notices: the recipient, and the agency whose workers they are about. Sent messages stay."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, EnableRowSecurity, KeepRows

OWN = f"(recipient_kind = 'user' AND recipient_id = (SELECT sertakan_user_id())) OR {BY_AGENCY}"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("notices_notice", using=OWN),
        EnableRowSecurity("notices_noticeevent", using=OWN, check="false"),
        KeepRows("notices_notice"),
    ]
