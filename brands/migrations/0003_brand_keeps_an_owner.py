from django.db import migrations

# What no CHECK can say, because it is about the other rows. The lock makes two owners who remove each other at
# the same time take turns; the second then sees that nobody else is left. NO KEY: it must not wait for, or hold
# up, the foreign-key checks of every insert into the brand.
KEEP_AN_OWNER = """
CREATE FUNCTION brands_keep_an_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM brands_brand WHERE id = OLD.brand_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM brands_membership WHERE brand_id = OLD.brand_id AND role = 'OWNER'
    ) THEN
        RAISE EXCEPTION 'brand % would have no owner', OLD.brand_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'brand_keeps_an_owner';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER brand_keeps_an_owner_update AFTER UPDATE ON brands_membership
DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
WHEN (OLD.role = 'OWNER' AND (NEW.role <> 'OWNER' OR NEW.brand_id <> OLD.brand_id))
EXECUTE FUNCTION brands_keep_an_owner();
CREATE CONSTRAINT TRIGGER brand_keeps_an_owner_delete AFTER DELETE ON brands_membership
DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (OLD.role = 'OWNER')
EXECUTE FUNCTION brands_keep_an_owner();
"""
NO_LONGER = """
DROP TRIGGER brand_keeps_an_owner_update ON brands_membership;
DROP TRIGGER brand_keeps_an_owner_delete ON brands_membership;
DROP FUNCTION brands_keep_an_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("brands", "0002_isolation")]

    operations = [migrations.RunSQL(KEEP_AN_OWNER, NO_LONGER)]
