"""Warnings of lapses, partitioned by the month they are about, and who sees them."""

import django.db.models.deletion
from django.db import migrations, models

from sertakan.core.rls import EnableRowSecurity

WARNINGS = """
CREATE TABLE protection_lapsewarning (
    person_id bigint NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    kind varchar(16) NOT NULL,
    membership_id bigint,
    agency_id bigint,
    sponsorship_id bigint,
    donor_id bigint,
    code_id bigint,
    funding varchar(8) NOT NULL,
    state varchar(9) NOT NULL,
    due_on date,
    lapses_on date,
    family_if_paid bigint,
    family_if_unpaid bigint,
    lost bigint CHECK (lost >= 0),
    remitted boolean NOT NULL,
    donor_paid boolean NOT NULL,
    raised_on date NOT NULL,
    told_on date,
    closed_on date,
    outcome varchar(8) NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, month, kind),
    CONSTRAINT lapse_warning_closed_has_outcome CHECK ((closed_on IS NULL) = (outcome = '')),
    CONSTRAINT lapse_warning_outcome_known CHECK (outcome IN ('', 'paid', 'worse', 'lapsed', 'arranged', 'left'))
) PARTITION BY RANGE (month);
CREATE INDEX lapse_warning_open ON protection_lapsewarning (agency_id, kind, month) WHERE closed_on IS NULL;
CREATE INDEX lapse_warning_by_donor ON protection_lapsewarning (donor_id, kind, month);
"""

# As with the states: a partition answers only through its parent, and there is no default partition.
PARTITIONS = """
CREATE FUNCTION protection_ensure_warnings(wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date := date_trunc('month', wanted)::date;
    name text := 'protection_lapsewarning_' || to_char(wanted, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF first_day < DATE '2015-07-01' OR first_day > (now() + interval '10 years')::date THEN
        RAISE EXCEPTION 'no warnings are kept for %', first_day USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('protection.partitions'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE protection_lapsewarning INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE protection_lapsewarning ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first_day, (first_day + interval '1 month')::date);
    RETURN true;
END $$;
"""


def _to(model: str, **facts: object) -> models.ForeignKey:
    kept = django.db.models.deletion.PROTECT
    return models.ForeignKey(db_constraint=False, db_index=False, on_delete=kept, related_name="+", to=model, **facts)


class Migration(migrations.Migration):
    dependencies = [("protection", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(WARNINGS, "DROP TABLE protection_lapsewarning")],
            state_operations=[
                migrations.CreateModel(
                    name="LapseWarning",
                    fields=[
                        ("pk", models.CompositePrimaryKey("person_id", "month", "kind", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("month", models.DateField()),
                        ("kind", models.CharField(max_length=16)),
                        ("membership_id", models.BigIntegerField(null=True)),
                        ("code_id", models.BigIntegerField(null=True)),
                        ("funding", models.CharField(max_length=8)),
                        ("state", models.CharField(max_length=9)),
                        ("due_on", models.DateField(null=True)),
                        ("lapses_on", models.DateField(null=True)),
                        ("family_if_paid", models.BigIntegerField(null=True)),
                        ("family_if_unpaid", models.BigIntegerField(null=True)),
                        ("lost", models.BigIntegerField(null=True)),
                        ("remitted", models.BooleanField()),
                        ("donor_paid", models.BooleanField()),
                        ("raised_on", models.DateField()),
                        ("told_on", models.DateField(null=True)),
                        ("closed_on", models.DateField(null=True)),
                        ("outcome", models.CharField(blank=True, choices=[("paid", "Dibayar"), ("worse", "Memburuk"), ("lapsed", "Perlindungan berhenti"), ("arranged", "Sudah diatur"), ("left", "Tidak lagi peserta")], max_length=8)),
                        ("agency", _to("agencies.agency", null=True)),
                        ("donor", _to("sponsorship.donor", null=True)),
                        ("person", _to("people.person")),
                        ("sponsorship", _to("sponsorship.sponsorship", null=True)),
                    ],
                    options={"default_permissions": ()},
                ),
            ],
        ),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION protection_ensure_warnings(date)"),
        EnableRowSecurity("protection_lapsewarning", check="false"),
    ]
