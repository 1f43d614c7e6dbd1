"""States of months, partitioned by month, their totals, and who sees them."""

import django.db.models.deletion
from django.db import migrations, models

from sertakan.core.rls import EnableRowSecurity

MONTH_STATE = """
CREATE TABLE protection_monthstate (
    membership_id bigint NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    person_id bigint NOT NULL,
    agency_id bigint,
    sponsorship_id bigint,
    funding varchar(8) NOT NULL,
    sector varchar(10) NOT NULL,
    state varchar(9) NOT NULL CHECK (state IN ('not_yet', 'active', 'arrears_1', 'arrears_2', 'arrears_3', 'inactive')),
    waiting boolean NOT NULL,
    protected_since date,
    lapsed_on date,
    first_lapsed_on date,
    reactivated_on date,
    paid_consecutive integer NOT NULL,
    arrears integer NOT NULL,
    gaps integer NOT NULL,
    full_death_benefit_from date,
    full_death_benefit_reached boolean NOT NULL,
    scholarship_from date,
    next_month date,
    next_pay_by date,
    next_state varchar(9),
    next_state_from date,
    PRIMARY KEY (membership_id, month)
) PARTITION BY RANGE (month);
CREATE INDEX month_state_by_agency ON protection_monthstate (agency_id, state);
CREATE INDEX month_state_by_person ON protection_monthstate (person_id);
"""

# A partition answers only through its parent, where the row policy stands: asked directly it shows nothing, because it has row security
# without any policy. There is no default partition: a month without one is made first.
PARTITIONS = """
CREATE FUNCTION protection_ensure_partition(wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date := date_trunc('month', wanted)::date;
    name text := 'protection_monthstate_' || to_char(wanted, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF first_day < DATE '2015-07-01' OR first_day > (now() + interval '10 years')::date THEN
        RAISE EXCEPTION 'no states are kept for %', first_day USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('protection.partitions'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE protection_monthstate INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE protection_monthstate ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first_day, (first_day + interval '1 month')::date);
    RETURN true;
END $$;
"""

# What was paid since a mark is found without reading whole months; a load of many rows has one transaction, so it stays small.
BY_TRANSACTION = "CREATE INDEX paid_month_by_transaction ON contributions_paidmonth (changed_xid)"

KNOWN = (
    "person_id IN (SELECT known.person_id FROM people_personagency known"
    " WHERE known.agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[]))"
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('people', '0012_same_by_index'),
        ('sponsorship', '0009_same_person'),
        ('core', '0002_scope'),
        ('contributions', '0006_ledger_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthMade',
            fields=[
                ('month', models.DateField(primary_key=True, serialize=False)),
                ('on', models.DateField(db_column='on_day')),
                ('people', models.IntegerField()),
                ('rules_version', models.CharField(max_length=16)),
                ('seen_before', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='month_made_is_a_first_day')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MONTH_STATE, 'DROP TABLE protection_monthstate')],
            state_operations=[
                migrations.CreateModel(
                    name='MonthState',
                    fields=[
                        ('pk', models.CompositePrimaryKey('membership_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('month', models.DateField()),
                        ('funding', models.CharField(max_length=8)),
                        ('sector', models.CharField(max_length=10)),
                        ('state', models.CharField(max_length=9)),
                        ('waiting', models.BooleanField()),
                        ('protected_since', models.DateField(null=True)),
                        ('lapsed_on', models.DateField(null=True)),
                        ('first_lapsed_on', models.DateField(null=True)),
                        ('reactivated_on', models.DateField(null=True)),
                        ('paid_consecutive', models.IntegerField()),
                        ('arrears', models.IntegerField()),
                        ('gaps', models.IntegerField()),
                        ('full_death_benefit_from', models.DateField(null=True)),
                        ('full_death_benefit_reached', models.BooleanField()),
                        ('scholarship_from', models.DateField(null=True)),
                        ('next_month', models.DateField(null=True)),
                        ('next_pay_by', models.DateField(null=True)),
                        ('next_state', models.CharField(max_length=9, null=True)),
                        ('next_state_from', models.DateField(null=True)),
                        ('agency', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                        ('membership', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorship.membership')),
                        ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                        ('sponsorship', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorship.sponsorship')),
                    ],
                    options={
                        'default_permissions': (),
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Duration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('funding', models.CharField(max_length=8)),
                ('sector', models.CharField(max_length=10)),
                ('months', models.IntegerField()),
                ('lapsed', models.BooleanField()),
                ('people', models.IntegerField()),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('agency', 'funding', 'sector', 'months', 'lapsed'), name='duration_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='MonthTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('funding', models.CharField(max_length=8)),
                ('sector', models.CharField(max_length=10)),
                ('state', models.CharField(max_length=9)),
                ('people', models.IntegerField()),
                ('waiting', models.IntegerField()),
                ('lapsed', models.IntegerField()),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('month', 'agency', 'funding', 'sector', 'state'), name='month_total_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(BY_TRANSACTION, 'DROP INDEX paid_month_by_transaction'),
        migrations.RunSQL(PARTITIONS, 'DROP FUNCTION protection_ensure_partition(date)'),
        EnableRowSecurity('protection_monthstate', using=KNOWN, check='false'),
        EnableRowSecurity('protection_monthtotal', check='false'),
        EnableRowSecurity('protection_duration', check='false'),
        EnableRowSecurity('protection_monthmade', using='true', check='false'),
    ]
