"""A brand's two years of work, written by SQL: ended generations with their artifacts."""

from django.db import connection, connections

from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

FREQUENT_WORD = "mug"  # in every second prompt
RARE_WORD = "ornithopter"  # in one of a thousand

_GENERATIONS = """
INSERT INTO ai_studio_generation
    (id, brand_id, user_id, type, prompt, negative_prompt, quality, aspect_ratio, seed, extras, palette, parent_kind,
     version, provider, model, routing, status, stage, progress, status_seq, queue, priority, next_step_at, fence,
     claims, deadline_at, estimated_cost_usd, cost_usd, answer, error_code, error_message, created_at, started_at,
     claimed_at, completed_at)
SELECT uuidv7(at - now()), %(brand)s, %(user)s, (ARRAY['IMAGE_2D', 'MODEL_3D', 'ANIMATION', 'TEMPLATE'])[1 + n %% 4],
       concat_ws(' ', 'a', (ARRAY['red', 'blue', 'matte', 'golden', 'tiny'])[1 + n %% 5],
                 CASE WHEN n %% 1000 = 0 THEN 'ornithopter' WHEN n %% 2 = 0 THEN 'mug' ELSE 'poster' END, 'on a',
                 (ARRAY['table', 'beach', 'rock'])[1 + n %% 3], 'number', n),
       '', 'standard', '1:1', n, '{}', '[]', '', 1, 'local', 'atelier-local-1', '{}',
       CASE WHEN failed THEN 'FAILED' ELSE 'COMPLETED' END, 'done', 100, 4, 'ai.render', 5, NULL, 1, 0,
       at + interval '1 day', 0.08, CASE WHEN failed THEN NULL ELSE 0.08 END, '{}',
       CASE WHEN failed THEN 'not_renderable' ELSE '' END, '', at, at, at, at + interval '2 seconds'
FROM (SELECT n, n %% 50 = 1 AS failed, now() - make_interval(secs => (%(rows)s - n) * 600) AS at
      FROM generate_series(1, %(rows)s) n) AS one
"""
_ARTIFACTS = """
INSERT INTO ai_studio_artifact (id, brand_id, generation_id, role, name, media_type, size_bytes, sha256, storage_key,
                                width, height, created_at)
SELECT uuidv7(), g.brand_id, g.id, file.role, file.name, file.media_type, 1000, file.sha256,
       'brands/' || g.brand_id || '/artifacts/' || left(file.sha256, 2) || '/' || file.sha256, 1024, 1024, g.created_at
FROM ai_studio_generation g, LATERAL (VALUES
    ('RESULT', 'image.png', 'image/png', encode(sha256(g.id::text::bytea), 'hex')),
    ('THUMBNAIL', 'thumbnail.webp', 'image/webp', encode(sha256(('t' || g.id)::bytea), 'hex'))
) AS file (role, name, media_type, sha256)
WHERE g.status = 'COMPLETED'
"""


def fill(tenant: Tenant, rows: int) -> None:
    with brand_scope(tenant.brand), connection.cursor() as cursor:
        cursor.execute(_GENERATIONS, {"brand": tenant.id, "user": tenant.owner.pk, "rows": rows})
        cursor.execute(_ARTIFACTS)
    # What autovacuum would do within a minute.
    with connections["migrate"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ai_studio_generation, ai_studio_artifact")
