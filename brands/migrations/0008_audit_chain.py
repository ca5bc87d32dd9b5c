import django.db.models.deletion
from django.db import migrations, models

from brands.tenancy.operations import BrandTable, DefinerFunction, ReadOnly

# The formula is told in brands/audit_chain.py.
HASH = """
CREATE FUNCTION brands_audit_hash(e brands_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to('[' || string_agg(to_json(word)::text, ',' ORDER BY place) || ']', 'UTF8')), 'hex')
    FROM unnest(ARRAY[
        e.prev_hash, e.seq::text, e.brand_id::text, e.id::text,
        to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        e.actor_kind, e.actor_id, e.actor_label, e.action, e.object_type, e.object_id, e.details::text,
        coalesce(host(e.ip), ''), e.request_id
    ]) WITH ORDINALITY AS words (word, place)
$$;
"""
NO_HASH = "DROP FUNCTION brands_audit_hash(brands_auditentry)"
# Entries that were there before, in the order in which they were made.
CHAIN = """
DO $$
DECLARE
    entry brands_auditentry;
    brand uuid;
    last_seq bigint;
    last_hash text;
BEGIN
    FOR entry IN SELECT * FROM brands_auditentry ORDER BY brand_id, id LOOP
        IF entry.brand_id IS DISTINCT FROM brand THEN
            brand := entry.brand_id;
            last_seq := 0;
            last_hash := repeat('0', 64);
        END IF;
        entry.seq := last_seq + 1;
        entry.prev_hash := last_hash;
        entry.hash := brands_audit_hash(entry);
        UPDATE brands_auditentry SET seq = entry.seq, prev_hash = entry.prev_hash, hash = entry.hash
        WHERE id = entry.id;
        last_seq := entry.seq;
        last_hash := entry.hash;
    END LOOP;
    INSERT INTO brands_auditchain (brand_id, length, hash)
    SELECT DISTINCT ON (brand_id) brand_id, seq, hash FROM brands_auditentry ORDER BY brand_id, seq DESC;
END $$;
"""
# An entry is sealed when its transaction commits, not when it is made: the chain's row is locked from its seal to the
# end of the commit only. From the making on, it would keep every other audited transaction of the brand waiting as long
# as a request lasts, and deadlock with the locks that services take after they have audited (events, budgets, rows).
#
# And it is the last thing that the commit does. What the transaction wrote later may still have to check foreign keys,
# which waits for whoever holds the row that is referred to; who may itself wait for the chain. So the first trigger
# only touches the row, and what that sets off stands behind all that was waiting. When the chain is locked, every
# other lock is held already, and whoever has it waits for nobody.
#
# It reads the row anew: what counts is what is being committed. What somebody gave as number or hash is not looked at.
SEAL = """
DECLARE
    entry brands_auditentry;
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE brands_auditentry SET seq = NULL, prev_hash = '', hash = '' WHERE id = NEW.id;
        RETURN NULL;
    END IF;
    SELECT * INTO entry FROM brands_auditentry WHERE id = NEW.id AND seq IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO brands_auditchain AS c (brand_id, length, hash) VALUES (entry.brand_id, 1, repeat('0', 64))
    ON CONFLICT (brand_id) DO UPDATE SET length = c.length + 1
    RETURNING c.length, c.hash INTO entry.seq, entry.prev_hash;
    entry.hash := brands_audit_hash(entry);
    UPDATE brands_auditentry SET seq = entry.seq, prev_hash = entry.prev_hash, hash = entry.hash WHERE id = entry.id;
    UPDATE brands_auditchain SET hash = entry.hash WHERE brand_id = entry.brand_id;
    RETURN NULL;
END
"""
TRIGGERS = """
CREATE CONSTRAINT TRIGGER audit_entry_made AFTER INSERT ON brands_auditentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION brands_seal_audit_entry();
CREATE CONSTRAINT TRIGGER audit_entry_sealed AFTER UPDATE ON brands_auditentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.seq IS NULL) EXECUTE FUNCTION brands_seal_audit_entry();
"""
NO_TRIGGERS = """
DROP TRIGGER audit_entry_made ON brands_auditentry;
DROP TRIGGER audit_entry_sealed ON brands_auditentry;
"""


class Migration(migrations.Migration):
    dependencies = [("brands", "0007_permissions")]

    operations = [
        migrations.AddField(
            model_name="auditentry", name="seq", field=models.BigIntegerField(editable=False, null=True)
        ),
        migrations.AddField(
            model_name="auditentry",
            name="prev_hash",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="hash",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="brands.brand",
                    ),
                ),
                ("length", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verified_length", models.BigIntegerField(db_default=0, default=0)),
                (
                    "finding",
                    models.TextField(db_default="", default="", help_text="What is broken; empty when nothing is."),
                ),
            ],
        ),
        BrandTable("AuditChain"),
        ReadOnly("AuditChain"),
        migrations.RunSQL(HASH, NO_HASH),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(fields=("brand", "seq"), name="audit_seq_once"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hash", ""), ("prev_hash", ""), ("seq", None)),
                    models.Q(("hash__regex", "^[0-9a-f]{64}$"), ("prev_hash__regex", "^[0-9a-f]{64}$"), ("seq__gt", 0)),
                    _connector="OR",
                ),
                name="audit_sealed_or_not",
            ),
        ),
        DefinerFunction(
            "brands_seal_audit_entry()", returns="trigger", body=SEAL, volatility="VOLATILE", language="plpgsql"
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
