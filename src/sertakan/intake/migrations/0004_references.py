"""References of rows and findings, checked a statement at a time."""

from django.db import migrations

from sertakan.core.rls import CheckReferences, KeepRows

FILE, AGENCY = ("intake_file", "id"), ("agencies_agency", "id")


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_bulk"), ("people", "0004_references")]

    operations = [
        KeepRows("intake_file"),
        CheckReferences("intake_row", {"file_id": FILE, "agency_id": AGENCY, "block_id": ("intake_block", "id")}),
        CheckReferences("intake_finding", {"file_id": FILE, "agency_id": AGENCY, "row_id": ("intake_row", "id")}),
    ]
