"""Counts of the nation: open to everybody, written by who sees all; a kept number is never changed."""

import django.db.models.deletion
from django.db import migrations, models

from sertakan.core.rls import EnableRowSecurity

KEEP_NUMBERS = """
CREATE TRIGGER numbers_stay BEFORE UPDATE ON coverage_nationalcell FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('coverage', '0002_scope'), ('core', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='NationalSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('built_at', models.DateTimeField()),
                ('persons', models.IntegerField()),
                ('provinces', models.PositiveSmallIntegerField()),
                ('invented', models.PositiveSmallIntegerField()),
                ('engine', models.CharField(max_length=10)),
                ('source', models.CharField(max_length=300)),
                ('threshold', models.PositiveSmallIntegerField()),
                ('content', models.CharField(max_length=64)),
                ('current', models.BooleanField(default=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('current',), name='national_one_current'), models.CheckConstraint(condition=models.Q(('invented__lte', models.F('provinces')), ('month__day', 1)), name='national_invented_among_all')],
            },
        ),
        migrations.CreateModel(
            name='NationalCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=10)),
                ('code', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=250)),
                ('numerator', models.IntegerField(null=True)),
                ('denominator', models.BigIntegerField(null=True)),
                ('low', models.BigIntegerField(null=True)),
                ('high', models.BigIntegerField(null=True)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='coverage.nationalsnapshot')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('snapshot', 'by', 'code'), name='national_cell_once'), models.CheckConstraint(condition=models.Q(('numerator__isnull', True), ('numerator__gte', 0), _connector='OR'), name='national_cell_not_negative')],
            },
        ),
        EnableRowSecurity("coverage_nationalsnapshot", using="true", check="false"),
        EnableRowSecurity("coverage_nationalcell", using="true", check="false"),
        migrations.RunSQL(KEEP_NUMBERS, "DROP TRIGGER numbers_stay ON coverage_nationalcell"),
    ]
