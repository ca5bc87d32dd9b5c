from importlib import import_module

from django.db import migrations

from brands.tenancy.operations import DefinerFunction

former_settle = import_module("ai_studio.migrations.0004_settle")
former_claim = import_module("ai_studio.migrations.0005_claims_one_at_a_time")

# The ends of several jobs of one brand, in one transaction: a brand's money has one row a month, which each
# settlement locks until its commit is on the disk, so settling together is what a busy brand needs. `p_jobs` is
# a list of {generation, fence, attempt, cost_usd, source, quality_score, answer, raw_answer, artifacts, event}.
# Returns the generations that were settled; whatever is no longer the caller's is left as it is.
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
            generation uuid, fence bigint, attempt uuid, cost_usd numeric, source text, quality_score numeric,
            answer jsonb, raw_answer jsonb, artifacts jsonb
        ) ORDER BY j.generation
    LOOP
        UPDATE ai_studio_generation g
        SET status = 'COMPLETED', stage = 'done', progress = 100, status_seq = g.status_seq + 1, completed_at = at,
            lease_until = NULL, next_step_at = NULL, claims = 0,
            cost_usd = job.cost_usd, quality_score = job.quality_score, answer = job.answer
        WHERE g.id = job.generation AND g.brand_id = p_brand AND g.fence = job.fence AND g.status = 'PROCESSING';
        CONTINUE WHEN NOT FOUND;
        settled := settled || job.generation;

        INSERT INTO ai_studio_artifact (id, brand_id, generation_id, role, name, media_type, size_bytes, sha256,
                                        storage_key, width, height, duration_seconds, created_at)
        SELECT uuidv7(), p_brand, job.generation, a.role, a.name, a.media_type, a.size_bytes, a.sha256,
               a.storage_key, a.width, a.height, a.duration_seconds, at
        FROM jsonb_to_recordset(job.artifacts) AS a (
            role text, name text, media_type text, size_bytes bigint, sha256 text, storage_key text,
            width int, height int, duration_seconds numeric
        );
        UPDATE ai_studio_attempt a SET submit_state = 'ACCEPTED', raw_answer = job.raw_answer, finished_at = at
        WHERE a.id = job.attempt AND a.brand_id = p_brand;
        INSERT INTO ai_studio_costrecord (id, brand_id, generation_id, amount_usd, source, details, at)
        VALUES (uuidv7(), p_brand, job.generation, job.cost_usd, job.source, '{}', at);
    END LOOP;

    FOR job IN
        SELECT * FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, cost_usd numeric, event jsonb)
        WHERE j.generation = ANY (settled)
    LOOP
        PERFORM studio_close_hold(p_brand, job.generation, job.cost_usd, true);
        PERFORM brands_append_event(p_brand, 'generation.completed', job.event);
    END LOOP;

    PERFORM set_config('app.brand_id', outer_brand, true);
    RETURN QUERY SELECT unnest(settled);
END $$;
"""
NO_SETTLE = "DROP FUNCTION studio_settle(uuid, jsonb)"

# As before, but up to `p_limit` jobs at once, for the threads of a worker that end their work together. Every
# job is a turn of its own: whose it is, is asked again for each.
CLAIM = """
DECLARE
    turn record;
    candidate uuid;
    locked boolean := false;
    given int := 0;
    at timestamptz;
BEGIN
    <<jobs>>
    WHILE given < p_limit LOOP
        at := clock_timestamp();
        FOR turn IN
            WITH RECURSIVE waiting AS (
                (SELECT w.brand_id FROM ai_studio_generation w
                 WHERE w.queue = p_queue AND w.status IN ('PENDING', 'PROCESSING') ORDER BY w.brand_id LIMIT 1)
                UNION ALL
                SELECT (SELECT w.brand_id FROM ai_studio_generation w
                        WHERE w.queue = p_queue AND w.status IN ('PENDING', 'PROCESSING')
                          AND w.brand_id > waiting.brand_id
                        ORDER BY w.brand_id LIMIT 1)
                FROM waiting WHERE waiting.brand_id IS NOT NULL
            )
            SELECT b.brand_id, coalesce(s.max_running, 50) AS max_running FROM waiting b
            LEFT JOIN ai_studio_studiosettings s ON s.brand_id = b.brand_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS jobs FROM ai_studio_generation r
                WHERE r.brand_id = b.brand_id AND r.status = 'PROCESSING' AND r.lease_until > at
            ) running
            CROSS JOIN LATERAL (
                SELECT max(r.claimed_at) AS at FROM ai_studio_generation r
                WHERE r.brand_id = b.brand_id AND r.queue = p_queue AND r.claimed_at IS NOT NULL
            ) served
            WHERE b.brand_id IS NOT NULL AND s.paused_at IS NULL AND running.jobs < coalesce(s.max_running, 50)
            ORDER BY served.at NULLS FIRST
        LOOP
            SELECT d.id INTO candidate FROM ai_studio_generation d
            WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status IN ('PENDING', 'PROCESSING')
              AND d.next_step_at <= at AND (d.lease_until IS NULL OR d.lease_until <= at)
            ORDER BY d.priority DESC, d.id LIMIT 1
            FOR UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;

            IF locked THEN
                CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
            ELSE
                PERFORM pg_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
                locked := true;
            END IF;
            CONTINUE WHEN turn.max_running <= (
                SELECT count(*) FROM ai_studio_generation r
                WHERE r.brand_id = turn.brand_id AND r.status = 'PROCESSING' AND r.lease_until > at
            );

            UPDATE ai_studio_generation g
            SET status = 'PROCESSING', stage = 'submitted', status_seq = g.status_seq + 1,
                fence = g.fence + 1, claims = g.claims + 1, claimed_at = at,
                lease_until = at + make_interval(secs => p_lease_seconds), started_at = coalesce(g.started_at, at)
            WHERE g.id = candidate
            RETURNING g.* INTO generation;

            SELECT a.* INTO attempt FROM ai_studio_attempt a
            WHERE a.brand_id = generation.brand_id AND a.generation_id = generation.id
            ORDER BY a.number DESC LIMIT 1;
            lost := coalesce(attempt.finished_at IS NULL AND attempt.submit_state = 'SENT', false);
            IF lost THEN
                UPDATE ai_studio_attempt a
                SET submit_state = 'UNKNOWN', finished_at = at, error_code = 'worker_lost',
                    error_message = 'The worker ended without a word.'
                WHERE a.id = attempt.id;
            END IF;
            IF attempt.id IS NULL OR lost OR attempt.finished_at IS NOT NULL THEN
                INSERT INTO ai_studio_attempt (id, brand_id, generation_id, number, provider, model, fence,
                                               submit_state, external_id, error_code, error_message, started_at)
                VALUES (uuidv7(), generation.brand_id, generation.id, coalesce(attempt.number, 0) + 1,
                        generation.provider, generation.model, generation.fence, 'SENT', '', '', '', at)
                RETURNING * INTO attempt;
            END IF;
            RETURN NEXT;
            given := given + 1;
            CONTINUE jobs;
        END LOOP;
        RETURN;
    END LOOP;
END
"""


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0005_claims_one_at_a_time")]

    operations = [
        migrations.RunSQL(former_settle.NO_SETTLE, former_settle.SETTLE),
        migrations.RunSQL(SETTLE, NO_SETTLE),
        DefinerFunction(
            "studio_claim(p_queue text, p_lease_seconds int, p_limit int)",
            returns="TABLE (generation ai_studio_generation, attempt ai_studio_attempt, lost boolean)",
            body=CLAIM,
            volatility="VOLATILE",
            language="plpgsql",
        ),
        migrations.RunSQL(
            "DROP FUNCTION studio_claim(text, int)",
            f"{former_claim._CLAIM_HEAD} AS $function${former_claim.CLAIM}$function$",
        ),
    ]
