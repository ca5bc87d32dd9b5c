from django.db import migrations, models

from brands.tenancy.operations import DefinerFunction

# Fair: of the brands with due work, below their limit and not paused, the one whose last turn is longest ago;
# within it the highest priority, then the oldest. The attempt is written here, so that it is committed before
# any provider is called. An attempt still SENT belonged to a worker that died: whether its request arrived is
# unknown, and the caller is told (`lost`).
CLAIM = """
DECLARE
    turn record;
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
        SELECT b.brand_id FROM waiting b
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
        UPDATE ai_studio_generation g
        SET status = 'PROCESSING', stage = 'submitted', status_seq = g.status_seq + 1,
            fence = g.fence + 1, claims = g.claims + 1, claimed_at = at,
            lease_until = at + make_interval(secs => p_lease_seconds), started_at = coalesce(g.started_at, at)
        WHERE g.id = (
            SELECT d.id FROM ai_studio_generation d
            WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status IN ('PENDING', 'PROCESSING')
              AND d.next_step_at <= at AND (d.lease_until IS NULL OR d.lease_until <= at)
            ORDER BY d.priority DESC, d.id LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING g.* INTO generation;
        CONTINUE WHEN NOT FOUND;

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

# One statement renews every lease of a worker process and tells its jobs' progress. What is not returned is
# no longer ours: cancelled, or taken over.
RENEW = """
    UPDATE ai_studio_generation g
    SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
        progress = greatest(g.progress, held.progress), status_seq = g.status_seq + 1,
        stage = 'rendering'
    FROM unnest(p_ids, p_fences, p_progress) AS held (id, fence, progress)
    WHERE g.id = held.id AND g.fence = held.fence AND g.status = 'PROCESSING'
    RETURNING g.id
"""


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0002_isolation")]

    operations = [
        migrations.RemoveIndex(model_name="generation", name="generation_due"),
        migrations.AddField(
            model_name="generation", name="claimed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="generation",
            name="palette",
            field=models.JSONField(blank=True, default=list, help_text="The brand's colours when it was asked for."),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("status__in", ("PENDING", "PROCESSING"))),
                fields=["queue", "brand", "-priority", "id"],
                name="generation_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("status", "PROCESSING")), fields=["brand", "lease_until"], name="generation_running"
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("claimed_at__isnull", False)),
                fields=["brand", "queue", "-claimed_at"],
                name="generation_last_turn",
            ),
        ),
        DefinerFunction(
            "studio_claim(p_queue text, p_lease_seconds int)",
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
