from django.db import migrations

# Both functions run with their caller's rights: row-level security binds them to the brand in scope. They are
# functions because PostgreSQL keeps a function's plans: planning the same nine statements for every job costs
# more than running them.

# Closes a job's hold: the cost is spent, the rest released, what goes beyond the hold adjusted. Without
# `p_settled` the job cost nothing and the person's turn goes back. The budget is always locked before the quota.
# The ledger's unique effect keys make closing twice an error.
CLOSE_HOLD = """
CREATE FUNCTION studio_close_hold(p_brand uuid, p_generation uuid, p_cost numeric, p_settled boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    hold record;
    within numeric;
BEGIN
    SELECT l.budget_id, l.quota_id, l.amount_usd INTO hold FROM ai_studio_ledgerentry l
    WHERE l.brand_id = p_brand AND l.effect_key = p_generation || ':HOLD';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    within := least(p_cost, hold.amount_usd);

    UPDATE ai_studio_budget b
    SET reserved_usd = b.reserved_usd - hold.amount_usd, spent_usd = b.spent_usd + p_cost
    WHERE b.id = hold.budget_id;
    UPDATE ai_studio_userquota q
    SET reserved_usd = q.reserved_usd - hold.amount_usd, spent_usd = q.spent_usd + p_cost,
        used_generations = q.used_generations - (NOT p_settled)::int
    WHERE q.id = hold.quota_id;
    INSERT INTO ai_studio_ledgerentry
        (id, brand_id, budget_id, quota_id, generation_id, kind, amount_usd, effect_key, note, at)
    SELECT uuidv7(), p_brand, hold.budget_id, hold.quota_id, p_generation, line.kind, line.amount,
           p_generation || ':' || line.kind, '', clock_timestamp()
    FROM (VALUES
        ('SETTLE', within, p_settled),
        ('RELEASE', hold.amount_usd - within, hold.amount_usd > p_cost OR NOT p_settled),
        ('ADJUST', p_cost - hold.amount_usd, p_cost > hold.amount_usd)
    ) AS line (kind, amount, wanted)
    WHERE line.wanted;
END $$;
"""
NO_CLOSE_HOLD = "DROP FUNCTION studio_close_hold(uuid, uuid, numeric, boolean)"

# The end of a job that went well, in one call. Answers false and writes nothing when the job is no longer the
# caller's. The brand's shared rows (budget, quota, event counter) are locked last and so for the shortest time.
# It enters the brand by itself, so that it needs no transaction around it, and puts the caller's scope back.
SETTLE = """
CREATE FUNCTION studio_settle(
    p_brand uuid, p_generation uuid, p_fence bigint, p_attempt uuid, p_cost numeric, p_source text,
    p_quality_score numeric, p_answer jsonb, p_raw_answer jsonb, p_artifacts jsonb, p_event jsonb
) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    outer_brand text := coalesce(current_setting('app.brand_id', true), '');
    at timestamptz := clock_timestamp();
BEGIN
    PERFORM set_config('app.brand_id', p_brand::text, true);

    UPDATE ai_studio_generation g
    SET status = 'COMPLETED', stage = 'done', progress = 100, status_seq = g.status_seq + 1, completed_at = at,
        lease_until = NULL, next_step_at = NULL, claims = 0,
        cost_usd = p_cost, quality_score = p_quality_score, answer = p_answer
    WHERE g.id = p_generation AND g.brand_id = p_brand AND g.fence = p_fence AND g.status = 'PROCESSING';
    IF NOT FOUND THEN
        PERFORM set_config('app.brand_id', outer_brand, true);
        RETURN false;
    END IF;

    INSERT INTO ai_studio_artifact (id, brand_id, generation_id, role, name, media_type, size_bytes, sha256,
                                    storage_key, width, height, duration_seconds, created_at)
    SELECT uuidv7(), p_brand, p_generation, a.role, a.name, a.media_type, a.size_bytes, a.sha256,
           a.storage_key, a.width, a.height, a.duration_seconds, at
    FROM jsonb_to_recordset(p_artifacts) AS a (
        role text, name text, media_type text, size_bytes bigint, sha256 text, storage_key text,
        width int, height int, duration_seconds numeric
    );
    UPDATE ai_studio_attempt a SET submit_state = 'ACCEPTED', raw_answer = p_raw_answer, finished_at = at
    WHERE a.id = p_attempt AND a.brand_id = p_brand;
    INSERT INTO ai_studio_costrecord (id, brand_id, generation_id, amount_usd, source, details, at)
    VALUES (uuidv7(), p_brand, p_generation, p_cost, p_source, '{}', at);

    PERFORM studio_close_hold(p_brand, p_generation, p_cost, true);
    PERFORM brands_append_event(p_brand, 'generation.completed', p_event);
    PERFORM set_config('app.brand_id', outer_brand, true);
    RETURN true;
END $$;
"""
NO_SETTLE = "DROP FUNCTION studio_settle(uuid, uuid, bigint, uuid, numeric, text, numeric, jsonb, jsonb, jsonb, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0003_fair_claim"), ("brands", "0004_append_event")]

    operations = [migrations.RunSQL(CLOSE_HOLD, NO_CLOSE_HOLD), migrations.RunSQL(SETTLE, NO_SETTLE)]
