"""Persons are seen through the agencies that know them; matching across agencies answers with ids only."""

from django.db import migrations

from sertakan.core.rls import EnableRowSecurity

KNOWN = (
    "SELECT known.person_id FROM people_personagency known"
    " WHERE known.agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[])"
)

MATCH = """
CREATE FUNCTION people_match_identifiers(wanted_kind text, wanted bytea[])
RETURNS TABLE (index bytea, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, i.person_id FROM (SELECT DISTINCT unnest(wanted) AS index) w
   JOIN people_identifier i ON i.kind = wanted_kind AND i.index = w.index $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("people_personagency"),
        EnableRowSecurity("people_person", using=f"id IN ({KNOWN})", check="true"),
        EnableRowSecurity("people_identifier", using=f"person_id IN ({KNOWN})", check="true"),
        EnableRowSecurity("people_consent", using=f"person_id IN ({KNOWN})", check="true"),
        EnableRowSecurity("people_personevent", using=f"id IN ({KNOWN})", check="false"),
        EnableRowSecurity("people_consentevent", using=f"person_id IN ({KNOWN})", check="false"),
        migrations.RunSQL(MATCH, "DROP FUNCTION people_match_identifiers(text, bytea[])"),
    ]
