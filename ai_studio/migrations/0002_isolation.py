from django.db import migrations

from brands.tenancy.operations import AppendOnly, BrandTable, DefinerFunction

# Terminal states never change: what no CHECK can say, because it needs the old row.
GUARD = """
CREATE FUNCTION studio_refuse_revival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'generation % is % for good', OLD.id, OLD.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'generation_terminal_for_good';
END $$;
CREATE TRIGGER generation_terminal_for_good BEFORE UPDATE OF status ON ai_studio_generation
FOR EACH ROW WHEN (OLD.status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND NEW.status IS DISTINCT FROM OLD.status)
EXECUTE FUNCTION studio_refuse_revival();
"""
NO_GUARD = """
DROP TRIGGER generation_terminal_for_good ON ai_studio_generation;
DROP FUNCTION studio_refuse_revival();
"""

# The brand is a word of its own documents, so that one index look-up finds words within one brand.
SEARCH = """
ALTER TABLE ai_studio_generation ADD COLUMN prompt_words tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, prompt) || array_to_tsvector(ARRAY['brand:' || brand_id::text])
) STORED;
CREATE INDEX generation_prompt_words ON ai_studio_generation USING gin (prompt_words) WITH (fastupdate = off);
"""
NO_SEARCH = "ALTER TABLE ai_studio_generation DROP COLUMN prompt_words"


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0001_generations_money_queue"), ("brands", "0002_isolation")]

    operations = [
        # Referenced tables first: a composite key needs the other side's UNIQUE (brand_id, id).
        BrandTable("Generation"),
        BrandTable("StudioSettings"),
        BrandTable("Budget"),
        BrandTable("UserQuota"),
        BrandTable("LedgerEntry"),
        BrandTable("CostRecord"),
        BrandTable("Attempt"),
        BrandTable("Artifact"),
        BrandTable("Collection"),
        BrandTable("CollectionItem"),
        AppendOnly("LedgerEntry"),
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.RunSQL(SEARCH, NO_SEARCH),
        # GIN operators are not leakproof and lose their index under row-level security; this repeats the
        # brand test. Every word of the question must begin a word of the prompt.
        DefinerFunction(
            "studio_search_generations(text)",
            returns="SETOF uuid",
            body="""
                SELECT g.id FROM ai_studio_generation g
                WHERE g.brand_id = current_setting('app.brand_id')::uuid
                  AND g.prompt_words @@ (
                    SELECT (quote_literal('brand:' || current_setting('app.brand_id'))
                            || coalesce(string_agg(' & ' || quote_literal(word.lexeme) || ':*', ''), ''))::tsquery
                    FROM unnest(to_tsvector('simple'::regconfig, $1)) AS word
                  )
            """,
        ),
    ]
