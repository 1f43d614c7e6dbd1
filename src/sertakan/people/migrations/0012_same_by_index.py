"""Groups of merged persons by index, and statistics that follow: a run merges thousands, and the planner would believe in none."""

from django.db import migrations

SAME = """
CREATE OR REPLACE VIEW people_same AS
    SELECT gone.id AS person_id, gone.merged_into_id AS same_id FROM people_person gone WHERE gone.merged_into_id IS NOT NULL
    UNION ALL
    SELECT gone.merged_into_id, gone.id FROM people_person gone WHERE gone.merged_into_id IS NOT NULL
    UNION ALL
    SELECT one.id, other.id FROM people_person one JOIN people_person other ON other.merged_into_id = one.merged_into_id
    WHERE one.merged_into_id IS NOT NULL AND other.merged_into_id IS NOT NULL AND other.id <> one.id;
"""

COUNT = """
CREATE FUNCTION people_count_merges() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    believed real := (SELECT (1 - s.null_frac) * c.reltuples FROM pg_stats s JOIN pg_class c ON c.oid = 'people_person'::regclass
                      WHERE s.schemaname = 'public' AND s.tablename = 'people_person' AND s.attname = 'merged_into_id');
    present bigint := (SELECT count(*) FROM people_person WHERE merged_into_id IS NOT NULL);
BEGIN
    IF present > 2 * greatest(coalesce(believed, 0), 0) + 50 OR 2 * present + 50 < believed THEN
        ANALYZE people_person (merged_into_id);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0011_corrected")]

    operations = [
        migrations.RunSQL(SAME, migrations.RunSQL.noop),
        migrations.RunSQL(COUNT, "DROP FUNCTION people_count_merges()"),
    ]
