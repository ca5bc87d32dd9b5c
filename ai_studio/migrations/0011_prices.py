from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import AppendOnly

# As in 0004, and a job that ends without a result may have cost something all the same: with a cost and without
# `p_settled` the cost is spent, the rest released, and the person's turn goes back.
CLOSE_HOLDS = """
CREATE OR REPLACE FUNCTION studio_close_holds(p_brand uuid, p_generations uuid[], p_costs numeric[], p_settled boolean)
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
        ('SETTLE', least(j.cost, h.amount_usd), p_settled OR j.cost > 0),
        ('RELEASE', h.amount_usd - least(j.cost, h.amount_usd), h.amount_usd > j.cost OR NOT (p_settled OR j.cost > 0)),
        ('ADJUST', j.cost - h.amount_usd, j.cost > h.amount_usd)
    ) AS line (kind, amount, wanted)
    WHERE line.wanted;
END $$;
"""

# As in 0004, with each job's `details` of its cost and the provider's `credits`.
SETTLE = """
CREATE OR REPLACE FUNCTION studio_settle(p_brand uuid, p_jobs jsonb) RETURNS SETOF uuid
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
            raw_answer jsonb, credits numeric
        ) ORDER BY j.generation
    LOOP
        UPDATE ai_studio_generation g
        SET status = 'COMPLETED', stage = 'done', progress = 100, status_seq = g.status_seq + 1, completed_at = at,
            lease_until = NULL, next_step_at = NULL, claims = 0,
            cost_usd = job.cost_usd, quality_score = job.quality_score, answer = job.answer,
            credits = job.credits
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
    SELECT uuidv7(), p_brand, j.generation, j.cost_usd, j.source, j.details, at
    FROM jsonb_to_recordset(p_jobs) AS j (generation uuid, cost_usd numeric, source text, details jsonb)
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

FORMER: Any = import_module("ai_studio.migrations.0004_settle_together")


def former(statement: str) -> str:
    return statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("ai_studio", "0010_inputs"),
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=80)),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("IMAGE_2D", "Image 2D"),
                            ("MODEL_3D", "Model 3D"),
                            ("ANIMATION", "Animation"),
                            ("TEMPLATE", "Template"),
                        ],
                        help_text="Empty: any.",
                        max_length=16,
                    ),
                ),
                (
                    "quality",
                    models.CharField(
                        blank=True,
                        choices=[("standard", "Standard"), ("high", "High"), ("ultra", "Ultra")],
                        help_text="Empty: any.",
                        max_length=8,
                    ),
                ),
                ("tier", models.CharField(blank=True, help_text="Size that it depends on; empty: any.", max_length=40)),
                (
                    "unit",
                    models.CharField(
                        help_text="image, second, call, credit, megapixel, output_token, …", max_length=40
                    ),
                ),
                ("unit_price_usd", models.DecimalField(decimal_places=6, max_digits=12)),
                ("valid_from", models.DateField(help_text="Counts for what begins on this day or later (UTC).")),
                ("source_url", models.URLField(help_text="Where the provider says so.", max_length=300)),
            ],
            options={
                "ordering": ["provider", "model", "type", "quality", "tier", "unit", "-valid_from"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="costrecord",
            name="cost_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="costrecord",
            name="cost_source_known",
        ),
        migrations.AddField(
            model_name="attempt",
            name="cost_details",
            field=models.JSONField(blank=True, help_text="Where the cost was read: as in a cost record.", null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="cost_usd",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True),
        ),
        migrations.AlterField(
            model_name="costrecord",
            name="generation",
            field=brands.tenancy.models.BrandForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cost_records",
                to="ai_studio.generation",
            ),
        ),
        migrations.AlterField(
            model_name="costrecord",
            name="source",
            field=models.CharField(
                choices=[
                    ("PROVIDER_CHARGE", "Provider Charge"),
                    ("USAGE", "Usage"),
                    ("PRICE_TABLE", "Price Table"),
                    ("TARIFF", "Tariff"),
                    ("ADJUSTMENT", "Adjustment"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="costrecord",
            index=models.Index(fields=["brand", "generation"], name="cost_by_generation"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_usd", None), ("cost_usd__gte", 0), _connector="OR"),
                name="attempt_cost_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "ADJUSTMENT"), _negated=True),
                fields=("brand", "generation"),
                name="cost_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_usd__gte", 0), ("source", "ADJUSTMENT"), _connector="OR"),
                name="cost_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["PROVIDER_CHARGE", "USAGE", "PRICE_TABLE", "TARIFF", "ADJUSTMENT"])),
                name="cost_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(
                fields=("provider", "model", "type", "quality", "tier", "unit", "valid_from"), name="price_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price_usd__gte", 0)), name="price_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["", "IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"])),
                name="price_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(("quality__in", ["", "standard", "high", "ultra"])), name="price_quality_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("provider", ""), _negated=True),
                    models.Q(("model", ""), _negated=True),
                    models.Q(("unit", ""), _negated=True),
                    models.Q(("source_url", ""), _negated=True),
                ),
                name="price_names_its_thing",
            ),
        ),
        AppendOnly("Price"),
        AppendOnly("CostRecord"),
        migrations.RunSQL(CLOSE_HOLDS, former(FORMER.CLOSE_HOLDS)),
        migrations.RunSQL(SETTLE, former(FORMER.SETTLE)),
    ]
