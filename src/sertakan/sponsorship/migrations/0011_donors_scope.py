"""What is known of donors is seen by their agency."""

from django.db import migrations

from sertakan.core.rls import EnableRowSecurity

TABLES = ("donorpost", "mandate", "departure", "succession")


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0010_donors"), ("core", "0002_scope")]

    operations = [
        *(EnableRowSecurity(f"sponsorship_{table}") for table in TABLES),
        *(EnableRowSecurity(f"sponsorship_{table}event", check="false") for table in TABLES),
    ]
