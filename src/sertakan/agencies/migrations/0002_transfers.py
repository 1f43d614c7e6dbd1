"""What passed from one agency to another: seen by either, only added to."""

import django.db.models.deletion
from django.db import migrations, models

from sertakan.core.rls import AppendOnly, EnableRowSecurity

OWN = (
    "predecessor_id = ANY ((SELECT sertakan_agency_ids())::bigint[]) OR successor_id = ANY ((SELECT sertakan_agency_ids())::bigint[])"
)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("core", "0002_scope")]

    operations = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("row", models.BigIntegerField()),
                ("on", models.DateField()),
                ("predecessor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
                ("successor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency")),
            ],
            options={"indexes": [models.Index(fields=["kind", "row", "on"], name="transfer_by_row")]},
        ),
        EnableRowSecurity("agencies_transfer", using=OWN, check="false"),
        AppendOnly("agencies_transfer"),
    ]
