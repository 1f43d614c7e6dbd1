"""A line may stand with the agency in which its sponsorship was when the month began, though it passed to a successor since."""

from django.db import migrations

CHECK_LINES = """
CREATE OR REPLACE FUNCTION contributions_check_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
      ON sponsorship.id = line.sponsorship_id
     AND (sponsorship.agency_id = line.agency_id
          OR EXISTS (SELECT 1 FROM agencies_transfer passed WHERE passed.kind = 'sponsorship.sponsorship'
                     AND passed."row" = sponsorship.id AND passed.predecessor_id = line.agency_id AND passed."on" > line.month))
     AND sponsorship.person_id = line.person_id AND sponsorship.donor_id IS NOT DISTINCT FROM line.donor_id
    WHERE sponsorship.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'line names a sponsorship that is not there: %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION contributions_check_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0007_worker_slips"), ("agencies", "0002_transfers")]

    operations = [migrations.RunSQL(CHECK_LINES, BEFORE)]
