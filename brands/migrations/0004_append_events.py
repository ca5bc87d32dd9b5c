from django.db import migrations

# One call wherever events are told, from Python and from other functions. The row lock on the brand's counter
# is held from here to the commit, so numbers are gapless and their order is the order of commits.
APPEND = """
CREATE FUNCTION brands_append_events(p_brand uuid, p_type text, p_payloads jsonb[]) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    INSERT INTO brands_eventsequence AS s (brand_id, last_seq) VALUES (p_brand, cardinality(p_payloads))
    ON CONFLICT (brand_id) DO UPDATE SET last_seq = s.last_seq + cardinality(p_payloads)
    RETURNING s.last_seq INTO last;
    RETURN QUERY
    INSERT INTO brands_domainevent (id, brand_id, seq, type, payload, at)
    SELECT uuidv7(), p_brand, last - cardinality(p_payloads) + told.place, p_type, told.payload, clock_timestamp()
    FROM unnest(p_payloads) WITH ORDINALITY AS told (payload, place)
    ORDER BY told.place
    RETURNING seq;
END $$;
"""
NO_APPEND = "DROP FUNCTION brands_append_events(uuid, text, jsonb[])"


class Migration(migrations.Migration):
    dependencies = [("brands", "0003_brand_keeps_an_owner")]

    operations = [migrations.RunSQL(APPEND, NO_APPEND)]
