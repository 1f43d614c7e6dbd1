"""What an agency vouched for is its own; only added to."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("linkage", "0003_vouches"), ("core", "0002_scope")]

    operations = [EnableRowSecurity("linkage_vouch"), AppendOnly("linkage_vouch")]
