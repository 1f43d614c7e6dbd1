"""Who adds an audit event says so until the end of the transaction, so that a seal never passes over an event under way."""

from django.db import migrations

SHARED = """
CREATE FUNCTION core_audit_under_way() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext('sertakan.audit.events')); RETURN NULL; END $$;
CREATE TRIGGER under_way BEFORE INSERT ON core_auditevent FOR EACH STATEMENT EXECUTE FUNCTION core_audit_under_way();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_scope")]

    operations = [
        migrations.RunSQL(SHARED, "DROP TRIGGER under_way ON core_auditevent; DROP FUNCTION core_audit_under_way();")
    ]
