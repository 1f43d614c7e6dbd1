"""Files, rows and findings are seen by their agency; rows and findings are only added to."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("intake_file"),
        EnableRowSecurity("intake_fileevent", check="false"),
        EnableRowSecurity("intake_block"),
        EnableRowSecurity("intake_row"),
        EnableRowSecurity("intake_finding"),
        EnableRowSecurity("intake_rememberedcolumn"),
        EnableRowSecurity("intake_rememberedvalue"),
        AppendOnly("intake_block"),
        AppendOnly("intake_row"),
        AppendOnly("intake_finding"),
    ]
