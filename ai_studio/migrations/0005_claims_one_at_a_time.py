from importlib import import_module

from django.db import migrations

before = import_module("ai_studio.migrations.0003_fair_claim")

# Fair, as before: of the brands with due work, below their limit and not paused, the one whose last turn is
# longest ago; within it the highest priority, then the oldest.
#
# New: many workers hear their bells at once. Counting what runs and beginning one more is one act now, or each
# of them would begin what only one of them may. The lock is the brand's and ends with the transaction. Only the
# first one is waited for: who holds a lock and waits for another could be waited for in turn.
CLAIM = """
DECLARE
    turn record;
    candidate uuid;
    locked boolean := false;
    at timestamptz := clock_timestamp();
BEGIN
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
            INSERT INTO ai_studio_attempt (id, brand_id, generation_id, number, provider, model, fence, submit_state,
                                           external_id, error_code, error_message, started_at)
            VALUES (uuidv7(), generation.brand_id, generation.id, coalesce(attempt.number, 0) + 1,
                    generation.provider, generation.model, generation.fence, 'SENT', '', '', '', at)
            RETURNING * INTO attempt;
        END IF;
        RETURN NEXT;
        RETURN;
    END LOOP;
END
"""

# New: a lease that was given back, because the job waits for its next step, is not taken again by a renewal
# that was under way.
RENEW = """
    UPDATE ai_studio_generation g
    SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
        progress = greatest(g.progress, held.progress), status_seq = g.status_seq + 1,
        stage = 'rendering'
    FROM unnest(p_ids, p_fences, p_progress) AS held (id, fence, progress)
    WHERE g.id = held.id AND g.fence = held.fence AND g.status = 'PROCESSING' AND g.lease_until IS NOT NULL
    RETURNING g.id
"""

_CLAIM_HEAD = """
CREATE OR REPLACE FUNCTION studio_claim(p_queue text, p_lease_seconds int)
RETURNS TABLE (generation ai_studio_generation, attempt ai_studio_attempt, lost boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
"""
_RENEW_HEAD = """
CREATE OR REPLACE FUNCTION studio_renew_leases(p_ids uuid[], p_fences bigint[], p_progress int[], p_lease_seconds int)
RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
"""


def _replace(head: str, new: str, old: str) -> migrations.RunSQL:
    """Replaced, not made anew: the owner, and who may call it, stay."""
    return migrations.RunSQL(f"{head} AS $function${new}$function$", f"{head} AS $function${old}$function$")


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0004_settle")]

    operations = [_replace(_CLAIM_HEAD, CLAIM, before.CLAIM), _replace(_RENEW_HEAD, RENEW, before.RENEW)]
