"""Who sees the ledger, what its rows may say, and its partitions; the view of the months that are paid."""

from django.db import migrations

from sertakan.core.rls import BY_AGENCY, AppendOnly, EnableRowSecurity, KeepRows

# A worker who moved to another agency brings the paid months along.
KNOWN_MEMBER = f"{BY_AGENCY} OR membership_id IN (SELECT known.id FROM sponsorship_membership known)"

# No default partition: a month without a place is refused, not put aside.
PARTITIONS = """
CREATE FUNCTION contributions_ensure_partition_of(parent text, wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date := date_trunc('month', wanted)::date;
    name text := parent || '_' || to_char(wanted, 'YYYYMM');
BEGIN
    IF parent NOT IN ('contributions_transfer', 'contributions_paidmonth', 'contributions_confirmation') THEN
        RAISE EXCEPTION 'table % has no months', parent USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(name) IS NOT NULL OR first_day < DATE '2015-07-01' OR first_day > (now() + interval '10 years')::date THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('contributions.partitions'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
    IF parent = 'contributions_confirmation' THEN
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    ELSE
        PERFORM contributions_close_partition(name::regclass);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, name, first_day, (first_day + interval '1 month')::date);
    RETURN true;
END $$;
"""

# Both accounts belong to the agency of the transfer. A reversal mirrors what it takes back, and nothing is taken back twice.
TRANSFERS = """
CREATE FUNCTION contributions_check_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wrong bigint;
BEGIN
    SELECT t.id INTO wrong FROM fresh t
    LEFT JOIN contributions_account d ON d.id = t.debit_id AND d.agency_id = t.agency_id
    LEFT JOIN contributions_account c ON c.id = t.credit_id AND c.agency_id = t.agency_id
    WHERE d.id IS NULL OR c.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % names an account that its agency does not have', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM fresh WHERE reverses_id IS NOT NULL) THEN
        SELECT t.id INTO wrong FROM fresh t
        LEFT JOIN contributions_transfer taken
          ON taken.id = t.reverses_id AND taken.month = t.reverses_month AND taken.leg <> 'reversal' AND taken.leg = t.reversed_leg
         AND taken.debit_id = t.credit_id AND taken.credit_id = t.debit_id AND taken.amount = t.amount AND taken.agency_id = t.agency_id
         AND (taken.donor_id, taken.person_id, taken.funding, taken.programme, taken.contribution_month, taken.bill_id, taken.code_id)
             IS NOT DISTINCT FROM (t.donor_id, t.person_id, t.funding, t.programme, t.contribution_month, t.bill_id, t.code_id)
        WHERE t.reverses_id IS NOT NULL AND taken.id IS NULL LIMIT 1;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'transfer % does not mirror what it reverses', wrong USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO contributions_reversal (transfer_id, transfer_month, agency_id, reversal_id, reversal_month)
        SELECT reverses_id, reverses_month, agency_id, id, month FROM fresh WHERE reverses_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfers_hold AFTER INSERT ON contributions_transfer REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION contributions_check_transfers();
"""
DROP_TRANSFERS = "DROP TRIGGER transfers_hold ON contributions_transfer; DROP FUNCTION contributions_check_transfers();"

PAID = """
CREATE FUNCTION contributions_check_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wrong bigint;
BEGIN
    SELECT p.membership_id INTO wrong FROM fresh p
    LEFT JOIN sponsorship_membership m ON m.id = p.membership_id
    LEFT JOIN sponsorship_sponsorship s ON s.id = p.sponsorship_id AND s.agency_id = p.agency_id AND s.person_id = p.person_id
    WHERE m.id IS NULL OR s.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'paid month names a membership or a sponsorship that is not there: %', wrong
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT p.membership_id INTO wrong FROM fresh p
    WHERE p.version > 1 AND NOT EXISTS (SELECT 1 FROM contributions_withdrawnmonth w
        WHERE w.membership_id = p.membership_id AND w.month = p.month AND w.version = p.version - 1) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'month of membership % stands already', wrong USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER paid_holds AFTER INSERT ON contributions_paidmonth REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION contributions_check_paid();
CREATE VIEW contributions_paid WITH (security_invoker = true) AS
SELECT p.membership_id, p.month, p.version, p.person_id, p.agency_id, p.sponsorship_id, p.donor_id, p.funding, p.sector, p.programmes,
       p.dasar, p.tier, p.jkk, p.jkm, p.jht, p.total, p.paid_on, p.confirmed_on, p.source_kind, p.source_id, p.rules_version,
       p.changed_xid
FROM contributions_paidmonth p
WHERE NOT EXISTS (SELECT 1 FROM contributions_withdrawnmonth w
                  WHERE w.membership_id = p.membership_id AND w.month = p.month AND w.version = p.version);
"""
DROP_PAID = """
DROP VIEW contributions_paid; DROP TRIGGER paid_holds ON contributions_paidmonth; DROP FUNCTION contributions_check_paid();
"""

CONFIRMATIONS = """
CREATE FUNCTION contributions_keep_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting' OR NEW.state <> 'placed'
       OR (to_jsonb(OLD) - 'state') IS DISTINCT FROM (to_jsonb(NEW) - 'state') THEN
        RAISE EXCEPTION 'confirmation % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_confirmation BEFORE UPDATE ON contributions_confirmation
FOR EACH ROW EXECUTE FUNCTION contributions_keep_confirmation();
"""
DROP_CONFIRMATIONS = """
DROP TRIGGER keep_confirmation ON contributions_confirmation; DROP FUNCTION contributions_keep_confirmation();
"""

FIRST_MONTHS = """
SELECT contributions_ensure_partition_of(parent, (date_trunc('month', now()) + step * interval '1 month')::date)
FROM unnest(ARRAY['contributions_transfer', 'contributions_paidmonth', 'contributions_confirmation']) parent,
     generate_series(-12, 18) step;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0005_ledger"), ("sponsorship", "0009_same_person")]

    operations = [
        EnableRowSecurity("contributions_account"),
        EnableRowSecurity("contributions_transfer"),
        EnableRowSecurity("contributions_reversal"),
        EnableRowSecurity("contributions_paymentcode"),
        EnableRowSecurity("contributions_paymentcodeevent", check="false"),
        EnableRowSecurity("contributions_paymentcodeline"),
        EnableRowSecurity("contributions_paymentcodelineevent", check="false"),
        EnableRowSecurity("contributions_slip"),
        EnableRowSecurity("contributions_paidmonth", using=KNOWN_MEMBER, check=BY_AGENCY),
        EnableRowSecurity("contributions_withdrawnmonth", using=KNOWN_MEMBER, check=BY_AGENCY),
        EnableRowSecurity("contributions_paidtwice"),
        EnableRowSecurity("contributions_confirmation"),
        EnableRowSecurity("contributions_refundrequest"),
        EnableRowSecurity("contributions_refundrequestevent", check="false"),
        EnableRowSecurity("contributions_notcollected"),
        EnableRowSecurity("contributions_billingstop"),
        EnableRowSecurity("contributions_billingstopevent", check="false"),
        AppendOnly("contributions_account"),
        AppendOnly("contributions_transfer"),
        AppendOnly("contributions_reversal"),
        AppendOnly("contributions_slip"),
        AppendOnly("contributions_paidmonth"),
        AppendOnly("contributions_withdrawnmonth"),
        AppendOnly("contributions_paidtwice"),
        AppendOnly("contributions_notcollected"),
        KeepRows("contributions_confirmation"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION contributions_ensure_partition_of(text, date)"),
        migrations.RunSQL(TRANSFERS, DROP_TRANSFERS),
        migrations.RunSQL(PAID, DROP_PAID),
        migrations.RunSQL(CONFIRMATIONS, DROP_CONFIRMATIONS),
        migrations.RunSQL(FIRST_MONTHS, migrations.RunSQL.noop),
    ]
