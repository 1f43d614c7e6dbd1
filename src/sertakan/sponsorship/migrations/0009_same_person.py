"""Who has a payer: asked of one person of a group of merged persons, answered for all of it."""

from django.db import migrations

STANDING = """
CREATE OR REPLACE FUNCTION sponsorship_standing(wanted bigint[])
RETURNS TABLE (person_id bigint, agency_id bigint, donor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ WITH asked AS MATERIALIZED (SELECT DISTINCT unnest(wanted) AS person_id),
        everybody AS (
            SELECT a.person_id, a.person_id AS own_id FROM asked a
            UNION ALL
            SELECT s.person_id, s.same_id FROM people_same s WHERE s.person_id IN (SELECT a.person_id FROM asked a))
   SELECT e.person_id, s.agency_id,
          CASE WHEN sertakan_sees_all() OR s.agency_id = ANY (sertakan_agency_ids()) THEN s.donor_id END
   FROM everybody e JOIN sponsorship_sponsorship s ON s.person_id = e.own_id
   WHERE s.state NOT IN ('ended', 'refused') $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION sponsorship_standing(wanted bigint[])
RETURNS TABLE (person_id bigint, agency_id bigint, donor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.person_id, s.agency_id,
          CASE WHEN sertakan_sees_all() OR s.agency_id = ANY (sertakan_agency_ids()) THEN s.donor_id END
   FROM (SELECT DISTINCT unnest(wanted) AS person_id) w
   JOIN sponsorship_sponsorship s ON s.person_id = w.person_id
   WHERE s.state NOT IN ('ended', 'refused') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0008_restore"), ("people", "0010_same_person")]

    operations = [migrations.RunSQL(STANDING, BEFORE)]
