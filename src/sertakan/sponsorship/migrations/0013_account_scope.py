"""Who links a donor with a sign-in sees it by agency."""

from django.db import migrations

from sertakan.core.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0012_donor_account"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("sponsorship_donoraccount"),
        EnableRowSecurity("sponsorship_donoraccountevent", check="false"),
    ]
