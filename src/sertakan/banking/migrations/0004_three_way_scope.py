"""Differences are seen by their agency; lists of members by who sees all, or by the agency they are about."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity, KeepRows


class Migration(migrations.Migration):
    dependencies = [("banking", "0003_three_way"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("banking_memberfile"),
        EnableRowSecurity("banking_difference"),
        EnableRowSecurity("banking_differenceevent", check="false"),
        AppendOnly("banking_memberfile"),
        KeepRows("banking_difference"),
    ]
