"""Groups of merged persons: who is the same as whom, as ids only; matching answers with the one who stays, and with who owns the number."""

from django.db import migrations

from sertakan.core.rls import CheckReferences, EnableRowSecurity, KeepRows

PERSON = ("people_person", "id")
KNOWN = (
    "SELECT known.person_id FROM people_personagency known"
    " WHERE known.agency_id = ANY ((SELECT sertakan_agency_ids())::bigint[])"
)

SAME = """
CREATE VIEW people_same AS
    WITH members AS (
        SELECT id, merged_into_id AS survivor_id FROM people_person WHERE merged_into_id IS NOT NULL
        UNION
        SELECT merged_into_id, merged_into_id FROM people_person WHERE merged_into_id IS NOT NULL
    )
    SELECT a.id AS person_id, b.id AS same_id FROM members a JOIN members b ON b.survivor_id = a.survivor_id AND b.id <> a.id;
"""

MATCH = """
DROP FUNCTION people_match_identifiers(text, bytea[]);
DROP FUNCTION people_match_identifiers_since(text, bytea[], bigint);
CREATE FUNCTION people_match_identifiers(wanted_kind text, wanted bytea[])
RETURNS TABLE (index bytea, person_id bigint, owner_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, coalesce(p.merged_into_id, p.id), p.id FROM people_identifier i
   JOIN people_person p ON p.id = i.person_id
   WHERE i.kind = wanted_kind AND i.index = ANY (wanted) $$;
CREATE FUNCTION people_match_identifiers_since(wanted_kind text, wanted bytea[], after bigint)
RETURNS TABLE (index bytea, person_id bigint, owner_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, coalesce(p.merged_into_id, p.id), p.id FROM people_identifier i
   JOIN people_person p ON p.id = i.person_id
   WHERE i.id > after AND i.kind = wanted_kind AND i.index = ANY (wanted) $$;
CREATE FUNCTION people_survivors(wanted bigint[]) RETURNS TABLE (person_id bigint, survivor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT p.id, coalesce(p.merged_into_id, p.id) FROM people_person p WHERE p.id = ANY (wanted) $$;
"""

UNMATCH = """
DROP FUNCTION people_survivors(bigint[]);
DROP FUNCTION people_match_identifiers(text, bytea[]);
DROP FUNCTION people_match_identifiers_since(text, bytea[], bigint);
CREATE FUNCTION people_match_identifiers(wanted_kind text, wanted bytea[])
RETURNS TABLE (index bytea, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, i.person_id FROM (SELECT DISTINCT unnest(wanted) AS index) w
   JOIN people_identifier i ON i.kind = wanted_kind AND i.index = w.index $$;
CREATE FUNCTION people_match_identifiers_since(wanted_kind text, wanted bytea[], after bigint)
RETURNS TABLE (index bytea, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, i.person_id FROM people_identifier i
   WHERE i.id > after AND i.kind = wanted_kind AND i.index = ANY (wanted) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0009_merges")]

    operations = [
        migrations.RunSQL(SAME, "DROP VIEW people_same"),
        migrations.RunSQL(MATCH, UNMATCH),
        EnableRowSecurity("people_merge", using=f"keep_id IN ({KNOWN}) OR gone_id IN ({KNOWN})", check="false"),
        EnableRowSecurity("people_mergeevent", using=f"keep_id IN ({KNOWN}) OR gone_id IN ({KNOWN})", check="false"),
        KeepRows("people_merge"),
        CheckReferences("people_merge", {"keep_id": PERSON, "gone_id": PERSON}),
    ]
