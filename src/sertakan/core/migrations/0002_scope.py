"""The functions that row policies ask, and the guard of append-only tables."""

from django.db import migrations

from sertakan.core.rls import SCOPE_FUNCTIONS, AppendOnly, EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE_FUNCTIONS, migrations.RunSQL.noop),
        EnableRowSecurity("core_auditevent", check="true"),
        AppendOnly("core_auditevent"),
        AppendOnly("core_auditseal"),
    ]
