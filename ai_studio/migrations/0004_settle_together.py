from django.db import migrations

# All run with their caller's rights: row-level security binds them to the brand in scope. They are functions
# because PostgreSQL keeps a function's plans, and they work on sets because a brand's money has one row a month,
# which each settlement locks until its commit is on the disk: a busy brand's jobs are settled together.

# Closes jobs' holds: the cost is spent, the rest released, what goes beyond the hold adjusted. Without `p_settled`
# the jobs cost nothing and the persons' turns go back. Budgets are always locked before quotas, each in one order.
# The ledger's unique effect keys make closing twice an error.
CLOSE_HOLDS = """
CREATE FUNCTION studio_close_holds(p_brand uuid, p_generations uuid[], p_costs numeric[], p_settled boolean)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    -- One look-up by key for each: a join's plan depends on statistics that a new table does not have.
    holds ai_studio_ledgerentry[] := ARRAY(
        SELECT (SELECT l FROM ai_studio_ledgerentry l
                WHERE l.brand_id = p_brand AND l.effect_key = j.generation || ':HOLD')
        FROM unnest(p_generations) AS j (generation)
    );
BEGIN
    PERFORM 1 FROM ai_studio_budget b
    WHERE b.id IN (SELECT h.budget_id FROM unnest(holds) h) ORDER BY b.id FOR NO KEY UPDATE;
    UPDATE ai_studio_budget b SET reserved_usd = b.reserved_usd - closed.held, spent_usd = b.spent_usd + closed.cost
    FROM (
        SELECT h.budget_id AS id, sum(h.amount_usd) AS held, sum(j.cost) AS cost
        FROM unnest(p_generations, p_costs) AS j (generation, cost)
        JOIN unnest(holds) h ON h.generation_id = j.generation GROUP BY h.budget_id
    ) closed
    WHERE b.id = closed.id;

    PERFORM 1 FROM ai_studio_userquota q
    WHERE q.id IN (SELECT h.quota_id FROM unnest(holds) h) ORDER BY q.id FOR NO KEY UPDATE;
    UPDATE ai_studio_userquota q
    SET reserved_usd = q.reserved_usd - closed.held, spent_usd = q.spent_usd + closed.cost,
        used_generations = q.used_generations - CASE WHEN p_settled THEN 0 ELSE closed.jobs END
    FROM (
        SELECT h.quota_id AS id, sum(h.amount_usd) AS held, sum(j.cost) AS cost, count(*) AS jobs
        FROM unnest(p_generations, p_costs) AS j (generation, cost)
        JOIN unnest(holds) h ON h.generation_id = j.generation GROUP BY h.quota_id
    ) closed
    WHERE q.id = closed.id;

    INSERT INTO ai_studio_ledgerentry
        (id, brand_id, budget_id, quota_id, generation_id, kind, amount_usd, effect_key, note, at)
    SELECT uuidv7(), p_brand, h.budget_id, h.quota_id, h.generation_id, line.kind, line.amount,
           h.generation_id || ':' || line.kind, '', clock_timestamp()
    FROM unnest(p_generations, p_costs) AS j (generation, cost)
    JOIN unnest(holds) h ON h.generation_id = j.generation
    CROSS JOIN LATERAL (VALUES
        ('SETTLE', least(j.cost, h.amount_usd), p_settled),
        ('RELEASE', h.amount_usd - least(j.cost, h.amount_usd), h.amount_usd > j.cost OR NOT p_settled),
        ('ADJUST', j.cost - h.amount_usd, j.cost > h.amount_usd)
    ) AS line (kind, amount, wanted)
    WHERE line.wanted;
END $$;
"""
NO_CLOSE_HOLDS = "DROP FUNCTION studio_close_holds(uuid, uuid[], numeric[], boolean)"

# The ends of jobs that went well. `p_jobs` is a list of {generation, fence, attempt, cost_usd, source,
# quality_score, answer, raw_answer, artifacts, event}. Returns the generations that were settled; whatever is no
# longer the caller's is left as it is.
#
# All generations are locked before the brand's shared rows, because that is the order of every other writer.
# It enters the brand by itself, so that it needs no transaction around it, and puts the caller's scope back.
SETTLE = """
CREATE FUNCTION studio_settle(p_brand uuid, p_jobs jsonb) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
DECLARE
    outer_brand text := coalesce(current_setting('app.brand_id', true), '');
    at timestamptz := clock_timestamp();
    job record;
    settled uuid[] := '{}';
BEGIN
    PERFORM set_config('app.brand_id', p_brand::text, true);

    FOR job IN
        SELECT * FROM jsonb_to_recordset(p_jobs) AS j (
            generation uuid, fence bigint, attempt uuid, cost_usd numeric, quality_score numeric, answer jsonb,
            raw_answer jsonb
        ) ORDER BY j.generation
    LOOP
        UPDATE ai_studio_generation g
        SET status = 'COMPLETED', stage = 'done', progress = 100, status_seq = g.status_seq + 1, completed_at = at,
            lease_until = NULL, next_step_at = NULL, claims = 0,
            cost_usd = job.cost_usd, quality_score = job.quality_score, answer = job.answer
        WHERE g.id = job.generation AND g.brand_id = p_brand AND g.fence = job.fence AND g.status = 'PROCESSING';
        CONTINUE WHEN NOT FOUND;
        settled := settled || job.generation;
        UPDATE ai_studio_attempt a SET submit_state = 'ACCEPTED', raw_answer = job.raw_answer, finished_at = at
        WHERE a.id = job.attempt AND a.brand_id = p_brand;
    END LOOP;

    INSERT INTO ai_studio_artifact (id, brand_id, generation_id, role, name, media_type, size_bytes, sha256,
                                    storage_key, width, height, duration_seconds, created_at)
    SELECT uuidv7(), p_brand, j.generation, a.role, a.name, a.media_type, a.size_bytes, a.sha256,
           a.storage_key, a.width, a.height, a.duration_seconds, at
    FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, artifacts jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(j.artifacts) AS a (
        role text, name text, media_type text, size_bytes bigint, sha256 text, storage_key text,
        width int, height int, duration_seconds numeric
    )
    WHERE j.generation = ANY (settled);
    INSERT INTO ai_studio_costrecord (id, brand_id, generation_id, amount_usd, source, details, at)
    SELECT uuidv7(), p_brand, j.generation, j.cost_usd, j.source, '{}', at
    FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, cost_usd numeric, source text)
    WHERE j.generation = ANY (settled);

    PERFORM studio_close_holds(p_brand, array_agg(j.generation), array_agg(j.cost_usd), true)
    FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, cost_usd numeric)
    WHERE j.generation = ANY (settled) HAVING count(*) > 0;
    PERFORM brands_append_events(p_brand, 'generation.completed', array_agg(j.event ORDER BY j.generation))
    FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, event jsonb)
    WHERE j.generation = ANY (settled) HAVING count(*) > 0;

    PERFORM set_config('app.brand_id', outer_brand, true);
    RETURN QUERY SELECT unnest(settled);
END $$;
"""
NO_SETTLE = "DROP FUNCTION studio_settle(uuid, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0003_take_turns"), ("brands", "0004_append_events")]

    operations = [
        migrations.RunSQL(CLOSE_HOLDS, NO_CLOSE_HOLDS),
        migrations.RunSQL(SETTLE, NO_SETTLE),
    ]
