from django.db import migrations

from brands.tenancy.operations import DefinerFunction

# Up to `p_limit` due jobs. Fair: brands with due work, below their limit and not paused, take turns, the one whose
# last turn is longest ago first; within a brand the highest priority, then the oldest.
#
# Many workers ask at once: counting what runs and beginning more is one act under the brand's lock, which ends
# with the transaction. Only the first lock is waited for: who holds one and waits for another could be waited for
# in turn.
#
# The attempt is written here, so that it is committed before any provider is called. An attempt still SENT belonged
# to a worker that died: whether its request arrived is unknown, and the caller is told (`lost`).
CLAIM = """
DECLARE
    turn record;
    locked boolean := false;
    missing int := p_limit;
    found_now int;
    found_this_round int;
    at timestamptz;
BEGIN
    LOOP
        found_this_round := 0;
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
            ), open AS (
                SELECT b.brand_id, coalesce(s.max_running, 50) AS max_running, count(*) OVER () AS brands,
                       row_number() OVER (ORDER BY served.at NULLS FIRST, b.brand_id) AS place
                FROM waiting b
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
            )
            SELECT o.brand_id, o.max_running, (missing + o.brands - o.place) / o.brands AS turns
            FROM open o ORDER BY o.place
        LOOP
            EXIT WHEN missing = 0;
            PERFORM 1 FROM ai_studio_generation d
            WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status IN ('PENDING', 'PROCESSING')
              AND d.next_step_at <= at AND (d.lease_until IS NULL OR d.lease_until <= at)
            LIMIT 1;
            CONTINUE WHEN NOT FOUND;

            IF locked THEN
                CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
            ELSE
                PERFORM pg_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
                locked := true;
            END IF;
            at := clock_timestamp();

            RETURN QUERY
            WITH due AS MATERIALIZED (
                SELECT d.id FROM ai_studio_generation d
                WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status IN ('PENDING', 'PROCESSING')
                  AND d.next_step_at <= at AND (d.lease_until IS NULL OR d.lease_until <= at)
                ORDER BY d.priority DESC, d.id
                LIMIT least(missing, greatest(turn.turns, 1), turn.max_running - (
                    SELECT count(*) FROM ai_studio_generation r
                    WHERE r.brand_id = turn.brand_id AND r.status = 'PROCESSING' AND r.lease_until > at
                ))
                FOR UPDATE SKIP LOCKED
            ), claimed AS (
                UPDATE ai_studio_generation g
                SET status = 'PROCESSING', stage = 'submitted', status_seq = g.status_seq + 1,
                    fence = g.fence + 1, claims = g.claims + 1, claimed_at = at,
                    lease_until = at + make_interval(secs => p_lease_seconds), started_at = coalesce(g.started_at, at)
                FROM due WHERE g.id = due.id
                RETURNING g AS job, g.id, g.brand_id, g.provider, g.model, g.fence, g.priority
            ), former AS (
                SELECT c.id, last.attempt, coalesce(
                    (last.attempt).finished_at IS NULL AND (last.attempt).submit_state = 'SENT', false
                ) AS lost
                FROM claimed c
                LEFT JOIN LATERAL (
                    SELECT a AS attempt FROM ai_studio_attempt a
                    WHERE a.brand_id = c.brand_id AND a.generation_id = c.id ORDER BY a.number DESC LIMIT 1
                ) last ON true
            ), given_up AS (
                UPDATE ai_studio_attempt a
                SET submit_state = 'UNKNOWN', finished_at = at, error_code = 'worker_lost',
                    error_message = 'The worker ended without a word.'
                FROM former f WHERE f.lost AND a.id = (f.attempt).id
            ), begun AS (
                INSERT INTO ai_studio_attempt AS a (id, brand_id, generation_id, number, provider, model, fence,
                                                    submit_state, external_id, error_code, error_message, started_at)
                SELECT uuidv7(), c.brand_id, c.id, coalesce((f.attempt).number, 0) + 1, c.provider, c.model, c.fence,
                       'SENT', '', '', '', at
                FROM claimed c JOIN former f USING (id)
                WHERE (f.attempt).id IS NULL OR f.lost OR (f.attempt).finished_at IS NOT NULL
                RETURNING a AS attempt, a.generation_id
            )
            SELECT c.job, coalesce(b.attempt, f.attempt), f.lost
            FROM claimed c JOIN former f USING (id) LEFT JOIN begun b ON b.generation_id = c.id
            ORDER BY c.priority DESC, c.id;

            GET DIAGNOSTICS found_now = ROW_COUNT;
            missing := missing - found_now;
            found_this_round := found_this_round + found_now;
        END LOOP;
        EXIT WHEN missing = 0 OR found_this_round = 0;
    END LOOP;
END
"""

# One statement renews every lease of a worker process and tells its jobs' progress. What is not returned is
# no longer ours: cancelled, or taken over. A lease that was given back, because the job waits for its next step,
# is not taken again by a renewal that was under way. Locked in one order, as settlements do.
RENEW = """
    WITH held AS MATERIALIZED (
        SELECT g.id, h.progress FROM unnest(p_ids, p_fences, p_progress) AS h (id, fence, progress)
        JOIN ai_studio_generation g ON g.id = h.id AND g.fence = h.fence
        WHERE g.status = 'PROCESSING' AND g.lease_until IS NOT NULL
        ORDER BY g.id FOR NO KEY UPDATE OF g
    )
    UPDATE ai_studio_generation g
    SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
        progress = greatest(g.progress, held.progress), status_seq = g.status_seq + 1,
        stage = 'rendering'
    FROM held WHERE g.id = held.id
    RETURNING g.id
"""


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0002_isolation")]

    operations = [
        DefinerFunction(
            "studio_claim(p_queue text, p_lease_seconds int, p_limit int)",
            returns="TABLE (generation ai_studio_generation, attempt ai_studio_attempt, lost boolean)",
            body=CLAIM,
            volatility="VOLATILE",
            language="plpgsql",
        ),
        DefinerFunction(
            "studio_renew_leases(p_ids uuid[], p_fences bigint[], p_progress int[], p_lease_seconds int)",
            returns="SETOF uuid",
            body=RENEW,
            volatility="VOLATILE",
        ),
    ]
