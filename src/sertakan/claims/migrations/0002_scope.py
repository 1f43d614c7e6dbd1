"""Cases are seen by their agency, and by who sees all."""

from django.db import migrations

from sertakan.core.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial"), ("core", "0002_scope")]

    operations = [
        operation
        for name in ("case", "step", "tick", "outcome")
        for operation in (
            EnableRowSecurity(f"claims_{name}"),
            EnableRowSecurity(f"claims_{name}event", check="false"),
        )
    ]
