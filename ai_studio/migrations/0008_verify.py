import django.db.models.expressions
from django.db import migrations, models

# convert_to() is only STABLE for PostgreSQL, because conversions can be replaced; the one of UTF-8 to itself is not.
SHA256 = """
CREATE FUNCTION studio_sha256(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog AS $$ SELECT encode(sha256(convert_to(words, 'UTF8')), 'hex') $$
"""


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0007_prompt_templates")]

    operations = [
        migrations.RunSQL(SHA256, "DROP FUNCTION studio_sha256(text)"),
        migrations.AddField(
            model_name="generation",
            name="prompt_sha256",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.Func(models.F("prompt"), function="studio_sha256"),
                output_field=models.CharField(max_length=64),
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(fields=["brand", "prompt_sha256"], name="generation_by_prompt_sha256"),
        ),
        migrations.AddIndex(
            model_name="artifact", index=models.Index(fields=["brand", "sha256"], name="artifact_by_sha256")
        ),
    ]
