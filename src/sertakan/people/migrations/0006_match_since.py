"""Matching against what has come since a mark: an acceptance need not compare with everybody twice."""

from django.db import migrations

SINCE = """
CREATE FUNCTION people_match_identifiers_since(wanted_kind text, wanted bytea[], after bigint)
RETURNS TABLE (index bytea, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.index, i.person_id FROM people_identifier i
   WHERE i.id > after AND i.kind = wanted_kind AND i.index = ANY (wanted) $$;
CREATE FUNCTION people_last_identifier(wanted_kind text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce((SELECT i.id FROM people_identifier i WHERE i.kind = wanted_kind ORDER BY i.id DESC LIMIT 1), 0) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_matching")]

    operations = [
        migrations.RunSQL(
            SINCE,
            "DROP FUNCTION people_match_identifiers_since(text, bytea[], bigint);"
            "DROP FUNCTION people_last_identifier(text);",
        )
    ]
