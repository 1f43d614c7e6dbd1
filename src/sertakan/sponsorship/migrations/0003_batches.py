# ruff: noqa: E501 - generated

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('areas', '0001_initial'),
        ('classification', '0001_initial'),
        ('intake', '0002_scope'),
        ('people', '0002_scope'),
        ('sponsorship', '0002_scope'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=250)),
                ('content', models.CharField(max_length=64)),
                ('account', models.JSONField(default=dict)),
                ('taken_by', models.BigIntegerField(blank=True, null=True)),
                ('taken_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AnswerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('applied', 'Diterapkan'), ('unchanged', 'Tidak mengubah apa-apa'), ('held', 'Ditahan')], max_length=9)),
                ('findings', models.JSONField(default=list)),
                ('nik_index', models.BinaryField(max_length=32, null=True)),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'Pendaftaran baru'), ('continue', 'Lanjutan'), ('change', 'Perubahan data'), ('stop', 'Berhenti'), ('reactivate', 'Pengaktifan kembali')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'Disusun'), ('sent', 'Dikirim'), ('answered', 'Dijawab'), ('closed', 'Selesai')], default='draft', max_length=8)),
                ('layout', models.CharField(blank=True, max_length=60)),
                ('content', models.CharField(blank=True, max_length=64)),
                ('prepared_by', models.BigIntegerField(blank=True, null=True)),
                ('prepared_at', models.DateTimeField()),
                ('sent_by', models.BigIntegerField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.CreateModel(
            name='BatchEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('new', 'Pendaftaran baru'), ('continue', 'Lanjutan'), ('change', 'Perubahan data'), ('stop', 'Berhenti'), ('reactivate', 'Pengaktifan kembali')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'Disusun'), ('sent', 'Dikirim'), ('answered', 'Dijawab'), ('closed', 'Selesai')], default='draft', max_length=8)),
                ('layout', models.CharField(blank=True, max_length=60)),
                ('content', models.CharField(blank=True, max_length=64)),
                ('prepared_by', models.BigIntegerField(blank=True, null=True)),
                ('prepared_at', models.DateTimeField()),
                ('sent_by', models.BigIntegerField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BatchLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('purpose', models.CharField(choices=[('enrol', 'Kepesertaan'), ('change', 'Perubahan'), ('stop', 'Penghentian')], max_length=6)),
                ('effective_on', models.DateField()),
                ('last_payable_month', models.DateField()),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None)),
                ('dasar', models.BigIntegerField()),
                ('funding', models.CharField(max_length=8)),
                ('sector', models.CharField(max_length=10)),
                ('start_month', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('end_reason', models.CharField(blank=True, db_default='', max_length=20)),
                ('answer', models.CharField(choices=[('waiting', 'Menunggu jawaban'), ('accepted', 'Diterima'), ('refused', 'Ditolak'), ('paid', 'Dibayar'), ('numbered', 'Bernomor')], db_default='waiting', default='waiting', max_length=8)),
                ('open', models.BooleanField(db_default=True, default=True)),
                ('accepted_on', models.DateField(blank=True, null=True)),
                ('payment_code', models.CharField(blank=True, db_default='', max_length=40)),
                ('payment_amount', models.BigIntegerField(blank=True, null=True)),
                ('payment_expires_on', models.DateField(blank=True, null=True)),
                ('refused_on', models.DateField(blank=True, null=True)),
                ('reason_code', models.CharField(blank=True, db_default='', max_length=30)),
                ('first_paid_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BatchLineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('purpose', models.CharField(choices=[('enrol', 'Kepesertaan'), ('change', 'Perubahan'), ('stop', 'Penghentian')], max_length=6)),
                ('effective_on', models.DateField()),
                ('last_payable_month', models.DateField()),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None)),
                ('dasar', models.BigIntegerField()),
                ('funding', models.CharField(max_length=8)),
                ('sector', models.CharField(max_length=10)),
                ('start_month', models.DateField()),
                ('months', models.PositiveSmallIntegerField()),
                ('end_reason', models.CharField(blank=True, db_default='', max_length=20)),
                ('answer', models.CharField(choices=[('waiting', 'Menunggu jawaban'), ('accepted', 'Diterima'), ('refused', 'Ditolak'), ('paid', 'Dibayar'), ('numbered', 'Bernomor')], db_default='waiting', default='waiting', max_length=8)),
                ('open', models.BooleanField(db_default=True, default=True)),
                ('accepted_on', models.DateField(blank=True, null=True)),
                ('payment_code', models.CharField(blank=True, db_default='', max_length=40)),
                ('payment_amount', models.BigIntegerField(blank=True, null=True)),
                ('payment_expires_on', models.DateField(blank=True, null=True)),
                ('refused_on', models.DateField(blank=True, null=True)),
                ('reason_code', models.CharField(blank=True, db_default='', max_length=30)),
                ('first_paid_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BpjsOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('kc', 'Kantor Cabang'), ('kcp', 'Kantor Cabang Perintis')], max_length=3)),
                ('name', models.CharField(max_length=120)),
                ('area_code', models.CharField(blank=True, max_length=13)),
            ],
        ),
        migrations.CreateModel(
            name='ConfirmedPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paid_on', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('existed', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('existed', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='sponsorship',
            constraint=models.UniqueConstraint(condition=models.Q(('continues__isnull', False), models.Q(('state__in', ['ended', 'refused']), _negated=True)), fields=('continues',), name='sponsorship_continued_once'),
        ),
        migrations.AddField(
            model_name='answerfile',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='answerline',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='answerline',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='sponsorship.answerfile'),
        ),
        migrations.AddField(
            model_name='batch',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='batch',
            name='follows',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='answerfile',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_files', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='batchevent',
            name='agency',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='batchevent',
            name='follows',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='batchevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='donor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorship.donor'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batch_lines', to='people.person'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='sponsorship',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batch_lines', to='sponsorship.sponsorship'),
        ),
        migrations.AddField(
            model_name='answerline',
            name='line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='sponsorship.batchline'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='agency',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='batch',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.batch'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='donor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.donor'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sponsorship.batchline'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='sponsorship',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.sponsorship'),
        ),
        migrations.AddField(
            model_name='bpjsoffice',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='branches', to='sponsorship.bpjsoffice'),
        ),
        migrations.AddField(
            model_name='batchevent',
            name='office',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.bpjsoffice'),
        ),
        migrations.AddField(
            model_name='batch',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorship.bpjsoffice'),
        ),
        migrations.AddField(
            model_name='confirmedpayment',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='confirmedpayment',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='sponsorship.answerfile'),
        ),
        migrations.AddField(
            model_name='confirmedpayment',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='sponsorship.batchline'),
        ),
        migrations.AddField(
            model_name='membership',
            name='identifier',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='membership', to='people.identifier'),
        ),
        migrations.AddField(
            model_name='membership',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='membership', to='people.person'),
        ),
        migrations.AddField(
            model_name='batchlineevent',
            name='membership',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sponsorship.membership'),
        ),
        migrations.AddField(
            model_name='batchline',
            name='membership',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batch_lines', to='sponsorship.membership'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='identifier',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.identifier'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sponsorship.membership'),
        ),
        migrations.AddConstraint(
            model_name='answerline',
            constraint=models.UniqueConstraint(fields=('file', 'sheet', 'number'), name='answer_row_once_per_file'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['office', 'state', 'sent_at'], name='batch_by_office'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content', ''), ('sent_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('sent_at__isnull', False), models.Q(('content', ''), _negated=True)), _connector='OR'), name='batch_sent_has_moment_and_content'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchevent" ("agency_id", "content", "follows_id", "id", "kind", "layout", "office_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prepared_at", "prepared_by", "sent_at", "sent_by", "state") SELECT new_values."agency_id", new_values."content", new_values."follows_id", new_values."id", new_values."kind", new_values."layout", new_values."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."prepared_at", new_values."prepared_by", new_values."sent_at", new_values."sent_by", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='7730dd18ab6b85dcd03e0a2e0a7505982c5011af', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d72a7', referencing='REFERENCING NEW TABLE AS new_values ', table='sponsorship_batch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchevent" ("agency_id", "content", "follows_id", "id", "kind", "layout", "office_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prepared_at", "prepared_by", "sent_at", "sent_by", "state") SELECT new_values."agency_id", new_values."content", new_values."follows_id", new_values."id", new_values."kind", new_values."layout", new_values."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."prepared_at", new_values."prepared_by", new_values."sent_at", new_values."sent_by", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5f67dce5f9819bd79dba546ba1b79319e811ef9f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_2661e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sponsorship_batch', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchevent" ("agency_id", "content", "follows_id", "id", "kind", "layout", "office_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prepared_at", "prepared_by", "sent_at", "sent_by", "state") SELECT old_values."agency_id", old_values."content", old_values."follows_id", old_values."id", old_values."kind", old_values."layout", old_values."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."prepared_at", old_values."prepared_by", old_values."sent_at", old_values."sent_by", old_values."state" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a71fd2b20b9ae4d9ecd54cd009d626c16ece3408', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_c4a7b', referencing='REFERENCING OLD TABLE AS old_values ', table='sponsorship_batch', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='confirmedpayment',
            constraint=models.UniqueConstraint(fields=('line', 'paid_on', 'amount', 'reference'), name='payment_confirmed_once'),
        ),
        migrations.AddConstraint(
            model_name='confirmedpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_confirmed_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('existed', True), ('issued_on__isnull', False), _connector='OR'), name='membership_new_number_has_its_date'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_membershipevent" ("created_at", "existed", "id", "identifier_id", "issued_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."created_at", new_values."existed", new_values."id", new_values."identifier_id", new_values."issued_on", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b793b43151374aaec8630cdd1b6578a8c4b6d087', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_14c8f', referencing='REFERENCING NEW TABLE AS new_values ', table='sponsorship_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_membershipevent" ("created_at", "existed", "id", "identifier_id", "issued_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."created_at", new_values."existed", new_values."id", new_values."identifier_id", new_values."issued_on", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='441d3c2e3a34e9fdd218f8331ef432547a8b4c5c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_51e3c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sponsorship_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_membershipevent" ("created_at", "existed", "id", "identifier_id", "issued_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."created_at", old_values."existed", old_values."id", old_values."identifier_id", old_values."issued_on", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='65d6bd4ce77ec0c498d4ac8898076cf18365c4d5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1aa51', referencing='REFERENCING OLD TABLE AS old_values ', table='sponsorship_membership', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='line_number_once_per_batch'),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.UniqueConstraint(fields=('batch', 'person'), name='line_person_once_per_batch'),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.UniqueConstraint(condition=models.Q(('open', True)), fields=('sponsorship', 'purpose'), name='line_open_once_per_sponsorship'),
        ),
        migrations.AddConstraint(
            model_name='batchline',
            constraint=models.CheckConstraint(condition=models.Q(('last_payable_month__day', 1), ('start_month__day', 1)), name='line_months_are_first_days'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batchline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchlineevent" ("accepted_on", "agency_id", "answer", "batch_id", "dasar", "donor_id", "effective_on", "end_reason", "first_paid_on", "funding", "id", "last_payable_month", "membership_id", "months", "number", "open", "payment_amount", "payment_code", "payment_expires_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "programmes", "purpose", "reason_code", "refused_on", "sector", "sponsorship_id", "start_month") SELECT new_values."accepted_on", new_values."agency_id", new_values."answer", new_values."batch_id", new_values."dasar", new_values."donor_id", new_values."effective_on", new_values."end_reason", new_values."first_paid_on", new_values."funding", new_values."id", new_values."last_payable_month", new_values."membership_id", new_values."months", new_values."number", new_values."open", new_values."payment_amount", new_values."payment_code", new_values."payment_expires_on", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."programmes", new_values."purpose", new_values."reason_code", new_values."refused_on", new_values."sector", new_values."sponsorship_id", new_values."start_month" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='dca8cf77605a5121ae3d1be3e7726e732b011a78', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_03881', referencing='REFERENCING NEW TABLE AS new_values ', table='sponsorship_batchline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batchline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchlineevent" ("accepted_on", "agency_id", "answer", "batch_id", "dasar", "donor_id", "effective_on", "end_reason", "first_paid_on", "funding", "id", "last_payable_month", "membership_id", "months", "number", "open", "payment_amount", "payment_code", "payment_expires_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "programmes", "purpose", "reason_code", "refused_on", "sector", "sponsorship_id", "start_month") SELECT new_values."accepted_on", new_values."agency_id", new_values."answer", new_values."batch_id", new_values."dasar", new_values."donor_id", new_values."effective_on", new_values."end_reason", new_values."first_paid_on", new_values."funding", new_values."id", new_values."last_payable_month", new_values."membership_id", new_values."months", new_values."number", new_values."open", new_values."payment_amount", new_values."payment_code", new_values."payment_expires_on", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."programmes", new_values."purpose", new_values."reason_code", new_values."refused_on", new_values."sector", new_values."sponsorship_id", new_values."start_month" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='07ee6215b919470d0e83d76c4c02bfb8560a8c15', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_33a80', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sponsorship_batchline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='batchline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "sponsorship_batchlineevent" ("accepted_on", "agency_id", "answer", "batch_id", "dasar", "donor_id", "effective_on", "end_reason", "first_paid_on", "funding", "id", "last_payable_month", "membership_id", "months", "number", "open", "payment_amount", "payment_code", "payment_expires_on", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "programmes", "purpose", "reason_code", "refused_on", "sector", "sponsorship_id", "start_month") SELECT old_values."accepted_on", old_values."agency_id", old_values."answer", old_values."batch_id", old_values."dasar", old_values."donor_id", old_values."effective_on", old_values."end_reason", old_values."first_paid_on", old_values."funding", old_values."id", old_values."last_payable_month", old_values."membership_id", old_values."months", old_values."number", old_values."open", old_values."payment_amount", old_values."payment_code", old_values."payment_expires_on", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."programmes", old_values."purpose", old_values."reason_code", old_values."refused_on", old_values."sector", old_values."sponsorship_id", old_values."start_month" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='2fb698e6b7575ad38272fbc7951d31398005ff84', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_fd43c', referencing='REFERENCING OLD TABLE AS old_values ', table='sponsorship_batchline', when='AFTER')),
        ),
    ]
