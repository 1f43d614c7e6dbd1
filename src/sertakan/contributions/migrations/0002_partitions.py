"""Partitions of bill lines by month, their guards, and who sees bills."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity

# A partition answers only through its parent, where the row policy and the guards stand: asked directly it shows nothing, because it has
# row security without any policy.
PARTITIONS = """
CREATE FUNCTION contributions_close_partition(partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change()', partition);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION sertakan_refuse_change()', partition);
END $$;

CREATE TABLE contributions_billline_rest PARTITION OF contributions_billline DEFAULT;
SELECT contributions_close_partition('contributions_billline_rest');

-- Makes the partition of one month; true when it was made, false when it was there. Attaching needs no lock that stops readers of
-- other months. A month far away, or one whose lines already lie in the default partition, stays there.
CREATE FUNCTION contributions_ensure_partition(wanted date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date := date_trunc('month', wanted)::date;
    name text := 'contributions_billline_' || to_char(wanted, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL OR first_day < DATE '2015-07-01' OR first_day > (now() + interval '10 years')::date THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('contributions.partitions'));
    IF to_regclass(name) IS NOT NULL
       OR EXISTS (SELECT 1 FROM contributions_billline_rest WHERE month = first_day) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE contributions_billline INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    PERFORM contributions_close_partition(name::regclass);
    EXECUTE format('ALTER TABLE contributions_billline ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first_day, (first_day + interval '1 month')::date);
    RETURN true;
END $$;
"""
DROP_PARTITIONS = """
DROP FUNCTION contributions_ensure_partition(date);
DROP TABLE contributions_billline_rest;
DROP FUNCTION contributions_close_partition(regclass);
"""

# The lines of a bill add up to what the bill says after every statement, so they come in one; a line that comes later, or that
# names what is not there, is refused. One look at the whole statement instead of one per line.
CHECK_LINES = """
CREATE FUNCTION contributions_check_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE wrong bigint;
BEGIN
    SELECT sums.bill_id INTO wrong
    FROM (SELECT bill_id, agency_id, month, rules_version, count(*) AS lines, sum(jkk) AS jkk, sum(jkm) AS jkm, sum(jht) AS jht,
                 count(*) FILTER (WHERE discount <> '') AS discounted
          FROM contributions_billline
          WHERE month = ANY (ARRAY(SELECT DISTINCT month FROM fresh)) AND bill_id = ANY (ARRAY(SELECT DISTINCT bill_id FROM fresh))
          GROUP BY 1, 2, 3, 4) sums
    LEFT JOIN contributions_bill bill
      ON bill.id = sums.bill_id AND bill.agency_id = sums.agency_id AND bill.month = sums.month AND bill.state = 'draft'
     AND bill.rules_version = sums.rules_version AND bill.line_count = sums.lines AND bill.discounted_count = sums.discounted
     AND bill.jkk = sums.jkk AND bill.jkm = sums.jkm AND bill.jht = sums.jht
    WHERE bill.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'lines do not add up to bill %', wrong USING ERRCODE = 'check_violation';
    END IF;
    SELECT line.sponsorship_id INTO wrong
    FROM fresh line LEFT JOIN sponsorship_sponsorship sponsorship
      ON sponsorship.id = line.sponsorship_id AND sponsorship.agency_id = line.agency_id
     AND sponsorship.person_id = line.person_id AND sponsorship.donor_id IS NOT DISTINCT FROM line.donor_id
    WHERE sponsorship.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'line names a sponsorship that is not there: %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_add_up AFTER INSERT ON contributions_billline REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION contributions_check_lines();
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("contributions_bill"),
        EnableRowSecurity("contributions_billevent", check="false"),
        EnableRowSecurity("contributions_billline"),
        AppendOnly("contributions_billline"),
        AppendOnly("contributions_confirmedmonth"),
        migrations.RunSQL(PARTITIONS, DROP_PARTITIONS),
        migrations.RunSQL(
            CHECK_LINES,
            "DROP TRIGGER lines_add_up ON contributions_billline; DROP FUNCTION contributions_check_lines();",
        ),
    ]
