"""A batch of events in two calls, and less work for each event in them."""

from importlib import import_module

from django.db import migrations

before = import_module("analytics.migrations.0001_events")

# The lock of the brand's events, and what a batch must know under it: see analytics_lock_events, analytics_known_people.
# `identified` are those of the people who are; nobody looks when the batch claims nothing of who is who.
BEGIN_BATCH = """
CREATE FUNCTION analytics_begin_batch(
    p_brand uuid, p_distinct_ids text[], p_claims boolean,
    OUT last_person bigint, OUT kept_from timestamptz, OUT numbers bigint[], OUT identified bigint[]
) LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SELECT locked.last_person, locked.kept_from INTO last_person, kept_from FROM analytics_lock_events(p_brand) locked;
    numbers := analytics_known_people(p_brand, p_distinct_ids);
    IF p_claims THEN
        identified := ARRAY(
            SELECT p.number FROM analytics_person p
            WHERE p.brand_id = p_brand AND p.number = ANY (numbers) AND p.identified
        );
    END IF;
END $$;
"""
NO_BEGIN_BATCH = "DROP FUNCTION analytics_begin_batch(uuid, text[], boolean)"

# Under the lock of the brand's data version: new people and their ids, who is identified and who merged, then the events.
# Returns what analytics_store_events does.
KEEP_BATCH = """
CREATE FUNCTION analytics_keep_batch(
    p_brand uuid, p_received_at timestamptz,
    p_first_person bigint, p_last_person bigint, p_new_ids text[], p_new_numbers bigint[],
    p_identified bigint[], p_merged bigint[], p_into bigint[],
    p_insert_ids text[], p_ats timestamptz[], p_names text[], p_distinct_ids text[], p_sessions text[],
    p_properties text[], p_revenues text[], p_currencies text[], p_persons bigint[]
) RETURNS int[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF cardinality(p_new_ids) > 0 THEN
        PERFORM analytics_add_people(p_brand, p_received_at, p_first_person, p_last_person, p_new_ids, p_new_numbers);
    END IF;
    IF cardinality(p_identified) > 0 THEN
        UPDATE analytics_person SET identified = true WHERE brand_id = p_brand AND number = ANY (p_identified);
    END IF;
    IF cardinality(p_merged) > 0 THEN
        PERFORM analytics_merge_people(p_brand, p_received_at, p_merged, p_into);
    END IF;
    RETURN analytics_store_events(p_brand, p_received_at, p_insert_ids, p_ats, p_names, p_persons, p_distinct_ids,
                                  p_sessions, p_properties, p_revenues, p_currencies);
END $$;
"""
NO_KEEP_BATCH = """
DROP FUNCTION analytics_keep_batch(
    uuid, timestamptz, bigint, bigint, text[], bigint[], bigint[], bigint[], bigint[], text[], timestamptz[], text[],
    text[], text[], text[], text[], text[], bigint[]
)
"""

# As before, told by arrays alone: what is new is put in without looking for it once more, for nobody else adds events
# of the brand, and the roll-ups read the arrays instead of the rows. The look-up compares moments in a way that says
# nothing to the planner, which would look for the right partition again with each row.
STORE_EVENTS = """
CREATE FUNCTION analytics_store_events(
    p_brand uuid, p_received_at timestamptz, p_insert_ids text[], p_ats timestamptz[], p_names text[],
    p_persons bigint[], p_distinct_ids text[], p_sessions text[], p_properties text[], p_revenues text[],
    p_currencies text[]
) RETURNS int[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    first timestamptz;
    last timestamptz;
    own_currency text;
    already int[];
BEGIN
    SELECT min(at) - interval '1 day', max(at) + interval '1 day' INTO first, last FROM unnest(p_ats) AS told (at);
    SELECT currency INTO own_currency FROM brands_brand WHERE id = p_brand;

    SELECT coalesce(array_agg(place::int), '{}') INTO already
    FROM unnest(p_insert_ids, p_ats) WITH ORDINALITY AS told (insert_id, at, place)
    WHERE (SELECT true FROM analytics_event e
           WHERE e.brand_id = p_brand AND e.insert_id = told.insert_id
             AND e.at - told.at BETWEEN interval '-1 day' AND interval '1 day'
             AND e.at >= first AND e.at <= last LIMIT 1);
    IF cardinality(already) = cardinality(p_insert_ids) THEN
        RETURN already;
    END IF;

    INSERT INTO analytics_event (brand_id, insert_id, at, name, person, distinct_id, session, properties, revenue,
                                 currency, received_at)
    SELECT p_brand, insert_id, at, name, person, distinct_id, session, properties::jsonb, revenue::numeric,
           CASE WHEN revenue IS NULL THEN '' WHEN currency = '' THEN own_currency ELSE currency END, p_received_at
    FROM unnest(
        p_insert_ids, p_ats, p_names, p_persons, p_distinct_ids, p_sessions, p_properties, p_revenues, p_currencies
    ) WITH ORDINALITY
        AS told (insert_id, at, name, person, distinct_id, session, properties, revenue, currency, place)
    WHERE already = '{}' OR place <> ALL (already);

    WITH fresh AS MATERIALIZED (
        SELECT person, (at AT TIME ZONE 'UTC')::date AS day_date, name, count(*) AS events
        FROM unnest(p_persons, p_ats, p_names) WITH ORDINALITY AS told (person, at, name, place)
        WHERE already = '{}' OR place <> ALL (already)
        GROUP BY 1, 2, 3
    ), present AS (
        INSERT INTO analytics_dailyperson (brand_id, person, day_date, name)
        SELECT p_brand, person, day_date, name FROM fresh
        WHERE (SELECT true FROM analytics_dailyperson d
               WHERE d.brand_id = p_brand AND d.person = fresh.person AND d.day_date = fresh.day_date
                 AND d.name = fresh.name) IS NULL
        RETURNING day_date, name
    )
    INSERT INTO analytics_dailycount AS c (brand_id, day_date, name, events, people)
    SELECT p_brand, day_date, name, sum(events), sum(people)
    FROM (SELECT day_date, name, events, 0 AS people FROM fresh
          UNION ALL SELECT day_date, name, 0, 1 FROM present) counts
    GROUP BY day_date, name
    ON CONFLICT (brand_id, day_date, name)
    DO UPDATE SET events = c.events + excluded.events, people = c.people + excluded.people;

    UPDATE analytics_dataversion SET version = version + 1 WHERE brand_id = p_brand;
    RETURN already;
END $$;
"""
NO_STORE_EVENTS = """
DROP FUNCTION analytics_store_events(
    uuid, timestamptz, text[], timestamptz[], text[], bigint[], text[], text[], text[], text[], text[]
)
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_metrics")]

    operations = [
        migrations.RunSQL(before.NO_STORE_EVENTS, before.STORE_EVENTS),
        migrations.RunSQL(STORE_EVENTS, NO_STORE_EVENTS),
        migrations.RunSQL(BEGIN_BATCH, NO_BEGIN_BATCH),
        migrations.RunSQL(KEEP_BATCH, NO_KEEP_BATCH),
    ]
