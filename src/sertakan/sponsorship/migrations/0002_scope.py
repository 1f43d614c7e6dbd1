"""Donors and sponsorships are seen by their agency; across agencies one learns only that somebody is sponsored."""

from django.db import migrations

from sertakan.core.rls import EnableRowSecurity

STANDING = """
CREATE FUNCTION sponsorship_standing(wanted bigint[])
RETURNS TABLE (person_id bigint, agency_id bigint, donor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.person_id, s.agency_id,
          CASE WHEN sertakan_sees_all() OR s.agency_id = ANY (sertakan_agency_ids()) THEN s.donor_id END
   FROM (SELECT DISTINCT unnest(wanted) AS person_id) w
   JOIN sponsorship_sponsorship s ON s.person_id = w.person_id
   WHERE s.state NOT IN ('ended', 'refused') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sponsorship", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("sponsorship_donor"),
        EnableRowSecurity("sponsorship_donorevent", check="false"),
        EnableRowSecurity("sponsorship_sponsorship"),
        EnableRowSecurity("sponsorship_sponsorshipevent", check="false"),
        migrations.RunSQL(STANDING, "DROP FUNCTION sponsorship_standing(bigint[])"),
    ]
