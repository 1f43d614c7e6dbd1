"""Accounts and what stands on them are seen by their agency; lines are kept; files are only added to."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, CheckReferences, EnableRowSecurity, KeepRows


class Migration(migrations.Migration):
    dependencies = [("banking", "0001_initial"), ("core", "0002_scope"), ("agencies", "0001_initial")]

    operations = [
        EnableRowSecurity("banking_layout", using="true"),
        EnableRowSecurity("banking_layoutevent", using="true", check="false"),
        EnableRowSecurity("banking_bankaccount"),
        EnableRowSecurity("banking_bankaccountevent", check="false"),
        EnableRowSecurity("banking_statementfile"),
        EnableRowSecurity("banking_statementline"),
        EnableRowSecurity("banking_statementlineevent", check="false"),
        EnableRowSecurity("banking_match"),
        EnableRowSecurity("banking_matchevent", check="false"),
        KeepRows("banking_bankaccount"),
        AppendOnly("banking_statementfile"),
        KeepRows("banking_statementline"),
        KeepRows("banking_match"),
        CheckReferences(
            "banking_statementline",
            {
                "file_id": ("banking_statementfile", "id"),
                "account_id": ("banking_bankaccount", "id"),
                "agency_id": ("agencies_agency", "id"),
            },
        ),
        CheckReferences(
            "banking_match", {"line_id": ("banking_statementline", "id"), "agency_id": ("agencies_agency", "id")}
        ),
    ]
