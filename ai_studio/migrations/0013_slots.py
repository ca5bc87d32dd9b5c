from django.db import migrations, models

from brands.tenancy.operations import DefinerFunction

# Whether the attempt may be one of the `p_limit` jobs that its provider works on at once for one key, `p_slot`; from
# here on, and until it is finished, it is. Brands that share a key share its slots: counting and taking is one act
# under the lock of the slot, and all that anybody is told is yes or no.
#
# Finished attempts leave the index here and not when they finish, which costs those nothing that have no slot.
TAKE = """
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('slot ' || p_slot, 0));
    UPDATE ai_studio_attempt SET slot = '' WHERE id IN (
        SELECT a.id FROM ai_studio_attempt a WHERE a.slot = p_slot AND a.finished_at IS NOT NULL FOR UPDATE SKIP LOCKED
    );
    IF (SELECT count(*) FROM ai_studio_attempt a
        WHERE a.slot = p_slot AND a.finished_at IS NULL AND a.id <> p_attempt) >= p_limit THEN
        RETURN false;
    END IF;
    UPDATE ai_studio_attempt a SET slot = p_slot WHERE a.brand_id = p_brand AND a.id = p_attempt;
    RETURN FOUND;
END
"""

# Those of the slots that are all taken.
FULL = """
    SELECT s.slot FROM unnest(p_slots, p_limits) AS s (slot, most)
    WHERE s.most <= (SELECT count(*) FROM ai_studio_attempt a WHERE a.slot = s.slot AND a.finished_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0012_routing")]

    operations = [
        migrations.AddField("attempt", "slot", models.CharField(blank=True, db_default="", default="", max_length=80)),
        migrations.AddIndex(
            "attempt",
            models.Index(condition=~models.Q(slot=""), fields=["slot"], name="attempt_by_slot"),
        ),
        DefinerFunction(
            "studio_take_slot(p_brand uuid, p_attempt uuid, p_slot text, p_limit int)",
            returns="boolean",
            body=TAKE,
            volatility="VOLATILE",
            language="plpgsql",
        ),
        DefinerFunction("studio_full_slots(p_slots text[], p_limits int[])", returns="SETOF text", body=FULL),
    ]
