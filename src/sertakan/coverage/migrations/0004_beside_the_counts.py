"""Where agencies stand and why areas changed, kept with each count. Shown numbers are open to everybody; the rest by scope."""

import django.db.models.deletion
from django.db import migrations, models

from sertakan.core.rls import BY_AGENCY, EnableRowSecurity

KEEP_NUMBERS = """
CREATE TRIGGER numbers_stay BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();
"""
UNDO = "DROP TRIGGER numbers_stay ON {table};"
TABLES = ("coverage_areachange", "coverage_hiddenchange", "coverage_agencystanding")
SNAPSHOT = "coverage.snapshot"


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def of_snapshot(name):
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name=name, to=SNAPSHOT)


def of_agency(**how):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency", **how)


class Migration(migrations.Migration):
    dependencies = [("coverage", "0003_national"), ("agencies", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AreaChange",
            fields=[
                key(),
                ("by", models.CharField(max_length=10)),
                ("code", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=12)),
                ("count", models.IntegerField(null=True)),
                ("snapshot", of_snapshot("area_changes")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "by", "code", "kind"), name="area_change_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HiddenChange",
            fields=[
                key(),
                ("by", models.CharField(max_length=10)),
                ("code", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=12)),
                ("count", models.IntegerField()),
                ("agency", of_agency(null=True)),
                ("snapshot", of_snapshot("hidden_changes")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("snapshot", "by", "code", "kind"), name="hidden_change_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyStanding",
            fields=[
                key(),
                ("in_force", models.BooleanField()),
                ("held", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("checked", models.IntegerField()),
                ("workers", models.IntegerField()),
                ("donors", models.IntegerField()),
                ("lapsing", models.IntegerField()),
                ("billed_month", models.DateField(null=True)),
                ("billed", models.BigIntegerField()),
                ("billed_workers", models.IntegerField()),
                ("agency", of_agency()),
                ("snapshot", of_snapshot("standings")),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("snapshot", "agency"), name="agency_standing_once")],
            },
        ),
        EnableRowSecurity("coverage_hiddenchange", using=f"agency_id IS NOT NULL AND {BY_AGENCY}", check="false"),
        EnableRowSecurity("coverage_agencystanding", using=BY_AGENCY, check="false"),
        *(migrations.RunSQL(KEEP_NUMBERS.format(table=table), UNDO.format(table=table)) for table in TABLES),
    ]
