from django.db import migrations

# One call wherever an event is told, from Python and from other functions. The row lock on the brand's counter
# is held from here to the commit, so numbers are gapless and their order is the order of commits.
APPEND = """
CREATE FUNCTION brands_append_event(p_brand uuid, p_type text, p_payload jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    INSERT INTO brands_eventsequence AS s (brand_id, last_seq) VALUES (p_brand, 1)
    ON CONFLICT (brand_id) DO UPDATE SET last_seq = s.last_seq + 1
    RETURNING s.last_seq INTO number;
    INSERT INTO brands_domainevent (id, brand_id, seq, type, payload, at)
    VALUES (uuidv7(), p_brand, number, p_type, p_payload, clock_timestamp());
    RETURN number;
END $$;
"""
NO_APPEND = "DROP FUNCTION brands_append_event(uuid, text, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("brands", "0003_brand_keeps_an_owner")]

    operations = [migrations.RunSQL(APPEND, NO_APPEND)]
