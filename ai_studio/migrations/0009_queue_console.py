from importlib import import_module
from typing import Any

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import AppendOnly, BrandTable, DefinerFunction, NoDefinerFunction

# As in 0003, and what it reads is bounded by what it gives, however many jobs wait or are delayed: those that have
# begun are found by the moment they may go on, those that have not by their urgency.
#
# Up to `p_limit` due jobs. Fair: brands with due work, below their limit and not paused, take turns, the one whose
# last turn is longest ago first. Within a brand, what has begun goes on first, the longest due first: its provider
# may be done, and keeps results only for a while. Then new work begins: the highest priority, then the oldest.
#
# Jobs that the asking worker names in `p_made` are done by their providers: they are stored and settled while their
# slots go on, and take none of their brand's turns.
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
                SELECT least(
                    (SELECT w.brand_id FROM ai_studio_generation w
                     WHERE w.queue = p_queue AND w.status = 'PENDING'
                     ORDER BY w.brand_id, w.priority DESC, w.id LIMIT 1),
                    (SELECT w.brand_id FROM ai_studio_generation w
                     WHERE w.queue = p_queue AND w.status = 'PROCESSING'
                     ORDER BY w.brand_id, greatest(w.next_step_at, w.lease_until) LIMIT 1)
                ) AS brand_id
                UNION ALL
                SELECT least(
                    (SELECT w.brand_id FROM ai_studio_generation w
                     WHERE w.queue = p_queue AND w.status = 'PENDING' AND w.brand_id > waiting.brand_id
                     ORDER BY w.brand_id, w.priority DESC, w.id LIMIT 1),
                    (SELECT w.brand_id FROM ai_studio_generation w
                     WHERE w.queue = p_queue AND w.status = 'PROCESSING' AND w.brand_id > waiting.brand_id
                     ORDER BY w.brand_id, greatest(w.next_step_at, w.lease_until) LIMIT 1)
                )
                FROM waiting WHERE waiting.brand_id IS NOT NULL
            ), open AS (
                SELECT b.brand_id, coalesce(s.max_running, 50) AS max_running, count(*) OVER () AS brands,
                       row_number() OVER (ORDER BY served.at NULLS FIRST, b.brand_id) AS place
                FROM waiting b
                LEFT JOIN ai_studio_studiosettings s ON s.brand_id = b.brand_id
                CROSS JOIN LATERAL (
                    SELECT count(*) AS jobs FROM ai_studio_generation r
                    WHERE r.brand_id = b.brand_id AND r.status = 'PROCESSING' AND r.lease_until > at AND r.id <> ALL (p_made)
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
            CONTINUE WHEN coalesce(
                (SELECT d.id FROM ai_studio_generation d
                 WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status = 'PROCESSING'
                   AND greatest(d.next_step_at, d.lease_until) <= at
                 ORDER BY greatest(d.next_step_at, d.lease_until) LIMIT 1),
                (SELECT d.id FROM ai_studio_generation d
                 WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status = 'PENDING'
                   AND d.next_step_at <= at
                 ORDER BY d.priority DESC, d.id LIMIT 1)
            ) IS NULL;

            IF locked THEN
                CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
            ELSE
                PERFORM pg_advisory_xact_lock(hashtextextended(turn.brand_id::text, 0));
                locked := true;
            END IF;
            at := clock_timestamp();

            RETURN QUERY
            WITH room AS MATERIALIZED (
                SELECT greatest(0, least(missing, greatest(turn.turns, 1), turn.max_running - count(*))) AS jobs
                FROM ai_studio_generation r
                WHERE r.brand_id = turn.brand_id AND r.status = 'PROCESSING' AND r.lease_until > at AND r.id <> ALL (p_made)
            ), begun_before AS MATERIALIZED (
                SELECT d.id FROM ai_studio_generation d
                WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status = 'PROCESSING'
                  AND greatest(d.next_step_at, d.lease_until) <= at
                ORDER BY greatest(d.next_step_at, d.lease_until)
                LIMIT (SELECT jobs FROM room)
                FOR UPDATE SKIP LOCKED
            ), fresh AS MATERIALIZED (
                SELECT d.id FROM ai_studio_generation d
                WHERE d.queue = p_queue AND d.brand_id = turn.brand_id AND d.status = 'PENDING'
                  AND d.next_step_at <= at
                ORDER BY d.priority DESC, d.id
                LIMIT (SELECT jobs FROM room) - (SELECT count(*) FROM begun_before)
                FOR UPDATE SKIP LOCKED
            ), due AS (
                SELECT id FROM begun_before UNION ALL SELECT id FROM fresh
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

# Reads every brand's queues and writes the minute down; false when that was done already. It gives nothing away, and
# forgets what is older than KEPT_DAYS in models/queue_sample.py.
READ = """
DECLARE
    minute timestamptz := date_trunc('minute', clock_timestamp());
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO ai_studio_queuereading (at) VALUES (minute) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO ai_studio_queuesample
        (id, brand_id, at, queue, provider, waiting, active, delayed, oldest_seconds, completed, failed)
    SELECT uuidv7(), j.brand_id, minute, j.queue, j.provider,
           count(*) FILTER (WHERE j.due_at <= moment),
           count(*) FILTER (WHERE j.lease_until > moment),
           count(*) FILTER (WHERE j.due_at > moment AND (j.lease_until IS NULL OR j.lease_until <= moment)),
           extract(epoch FROM moment - min(j.due_at) FILTER (WHERE j.due_at <= moment)),
           count(*) FILTER (WHERE j.status = 'COMPLETED'), count(*) FILTER (WHERE j.status = 'FAILED')
    FROM (
        SELECT brand_id, queue, provider, status, lease_until, greatest(next_step_at, lease_until) AS due_at
        FROM ai_studio_generation WHERE status = 'PENDING'
        UNION ALL
        SELECT brand_id, queue, provider, status, lease_until, greatest(next_step_at, lease_until)
        FROM ai_studio_generation WHERE status = 'PROCESSING'
        UNION ALL
        SELECT brand_id, queue, provider, status, NULL, NULL
        FROM ai_studio_generation
        WHERE completed_at >= minute - interval '1 minute' AND completed_at < minute
          AND status IN ('COMPLETED', 'FAILED')
    ) AS j
    GROUP BY j.brand_id, j.queue, j.provider;
    DELETE FROM ai_studio_queuesample WHERE at < minute - interval '7 days';
    DELETE FROM ai_studio_queuereading WHERE at < minute - interval '7 days';
    RETURN true;
END
"""


# A function's plans are made once, when it is not known how few rows a LIMIT will let through, and perhaps while most
# rows wait: reading all of them, to sort or to join, looks cheap then, and so does filtering them along another index.
# So every look-up asks for the order of its own index, and each row is looked up by its key.
BY_INDEX = " ".join(
    f"SET enable_{way} = off" for way in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin")
)

FORMER: Any = import_module("ai_studio.migrations.0003_take_turns")
CLAIMED: Any = {
    "returns": "TABLE (generation ai_studio_generation, attempt ai_studio_attempt, lost boolean)",
    "volatility": "VOLATILE",
    "language": "plpgsql",
}


class Migration(migrations.Migration):
    dependencies = [
        ("ai_studio", "0008_verify"),
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="QueueReading",
            fields=[
                ("at", models.DateTimeField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="QueueSample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("queue", models.CharField(choices=[("ai.io", "Io"), ("ai.render", "Render")], max_length=16)),
                ("provider", models.CharField(max_length=40)),
                ("waiting", models.PositiveIntegerField()),
                ("active", models.PositiveIntegerField()),
                ("delayed", models.PositiveIntegerField()),
                (
                    "oldest_seconds",
                    models.FloatField(help_text="How long the one that waits longest had been due.", null=True),
                ),
                ("completed", models.PositiveIntegerField()),
                ("failed", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="generation",
            name="generation_waiting",
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="resumed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("status", "PENDING")),
                fields=["queue", "brand", "-priority", "id"],
                name="generation_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                models.F("queue"),
                models.F("brand"),
                django.db.models.functions.comparison.Greatest("next_step_at", "lease_until"),
                condition=models.Q(("status", "PROCESSING")),
                name="generation_begun",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("started_at__isnull", False)),
                fields=["brand", "queue", "-started_at"],
                name="generation_by_start",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False)), fields=["completed_at"], name="generation_by_end"
            ),
        ),
        migrations.AddField(
            model_name="queuesample",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddIndex(
            model_name="queuesample",
            index=models.Index(fields=["at"], name="queue_sample_by_time"),
        ),
        migrations.AddConstraint(
            model_name="queuesample",
            constraint=models.UniqueConstraint(fields=("brand", "at", "queue", "provider"), name="queue_sample_once"),
        ),
        migrations.AddConstraint(
            model_name="queuesample",
            constraint=models.CheckConstraint(
                condition=models.Q(("queue__in", ["ai.io", "ai.render"])), name="queue_sample_queue_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="queuesample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("oldest_seconds", None), ("waiting", 0)),
                    models.Q(("oldest_seconds__gte", 0), ("waiting__gt", 0)),
                    _connector="OR",
                ),
                name="queue_sample_age_iff_waiting",
            ),
        ),
        BrandTable("QueueSample"),
        AppendOnly("QueueSample"),
        DefinerFunction(
            "studio_read_queues()", returns="boolean", body=READ, volatility="VOLATILE", language="plpgsql"
        ),
        NoDefinerFunction("studio_claim(p_queue text, p_lease_seconds int, p_limit int)", body=FORMER.CLAIM, **CLAIMED),
        DefinerFunction(
            "studio_claim(p_queue text, p_lease_seconds int, p_limit int, p_made uuid[])",
            body=CLAIM,
            planning=BY_INDEX,
            **CLAIMED,
        ),
    ]
