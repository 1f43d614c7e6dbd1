"""Batches and answers are seen by their agency; memberships through the agencies that know the person. What was sent stays as it was."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity

KNOWN = (
    "person_id IN (SELECT known.person_id FROM people_personagency known"
    " WHERE known.agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[]))"
)

LOCK = """
CREATE FUNCTION sponsorship_keep_sent_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft'
       OR (OLD.agency_id, OLD.office_id, OLD.kind, OLD.follows_id, OLD.layout, OLD.content, OLD.sent_by, OLD.sent_at)
          IS DISTINCT FROM
          (NEW.agency_id, NEW.office_id, NEW.kind, NEW.follows_id, NEW.layout, NEW.content, NEW.sent_by, NEW.sent_at) THEN
        RAISE EXCEPTION 'batch % was sent and is locked', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION sponsorship_keep_sent_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    wanted bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.batch_id ELSE OLD.batch_id END;
BEGIN
    SELECT state INTO standing FROM sponsorship_batch WHERE id = wanted;
    IF standing = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP <> 'UPDATE'
       OR (OLD.batch_id, OLD.agency_id, OLD.number, OLD.sponsorship_id, OLD.person_id, OLD.donor_id, OLD.purpose,
           OLD.effective_on, OLD.last_payable_month, OLD.programmes, OLD.dasar, OLD.funding, OLD.sector,
           OLD.start_month, OLD.months, OLD.end_reason)
          IS DISTINCT FROM
          (NEW.batch_id, NEW.agency_id, NEW.number, NEW.sponsorship_id, NEW.person_id, NEW.donor_id, NEW.purpose,
           NEW.effective_on, NEW.last_payable_month, NEW.programmes, NEW.dasar, NEW.funding, NEW.sector,
           NEW.start_month, NEW.months, NEW.end_reason) THEN
        RAISE EXCEPTION 'batch % was sent and is locked', wanted USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_sent_batch BEFORE UPDATE OR DELETE ON sponsorship_batch
    FOR EACH ROW EXECUTE FUNCTION sponsorship_keep_sent_batch();
CREATE TRIGGER keep_sent_line BEFORE INSERT OR UPDATE OR DELETE ON sponsorship_batchline
    FOR EACH ROW EXECUTE FUNCTION sponsorship_keep_sent_line();
"""

UNLOCK = """
DROP TRIGGER keep_sent_line ON sponsorship_batchline;
DROP TRIGGER keep_sent_batch ON sponsorship_batch;
DROP FUNCTION sponsorship_keep_sent_line();
DROP FUNCTION sponsorship_keep_sent_batch();
"""


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0003_batches"), ("people", "0002_scope")]

    operations = [
        EnableRowSecurity("sponsorship_membership", using=KNOWN),
        EnableRowSecurity("sponsorship_membershipevent", using=KNOWN, check="false"),
        EnableRowSecurity("sponsorship_batch"),
        EnableRowSecurity("sponsorship_batchevent", check="false"),
        EnableRowSecurity("sponsorship_batchline"),
        EnableRowSecurity("sponsorship_batchlineevent", check="false"),
        EnableRowSecurity("sponsorship_answerfile"),
        EnableRowSecurity("sponsorship_answerline"),
        EnableRowSecurity("sponsorship_confirmedpayment"),
        AppendOnly("sponsorship_answerfile"),
        AppendOnly("sponsorship_answerline"),
        AppendOnly("sponsorship_confirmedpayment"),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
