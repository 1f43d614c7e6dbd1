"""Whose work the own agencies took over, also through several mergers: what was theirs may be read on, never written."""

from django.db import migrations

_INHERITED = """
CREATE OR REPLACE FUNCTION sertakan_inherited_agency_ids() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE before (id) AS (
        SELECT s.predecessor_id FROM agencies_succession s WHERE s.successor_id = ANY (sertakan_agency_ids())
        UNION
        SELECT s.predecessor_id FROM agencies_succession s JOIN before b ON s.successor_id = b.id
    )
    SELECT COALESCE(array_agg(id), '{}') FROM before
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_transfers")]

    operations = [migrations.RunSQL(_INHERITED, "DROP FUNCTION sertakan_inherited_agency_ids();")]
