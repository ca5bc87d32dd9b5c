from django.db import migrations

from brands.tenancy.operations import AppendOnly, BrandTable, DefinerFunction


class Migration(migrations.Migration):
    dependencies = [("brands", "0001_brands_members_keys_events")]

    operations = [
        BrandTable("Brand", key="id"),
        BrandTable("ApiKey"),
        BrandTable("AuditEntry"),
        BrandTable("DomainEvent"),
        BrandTable("EventSequence"),
        BrandTable("IdempotencyRecord"),
        BrandTable("Invitation"),
        BrandTable("Membership"),
        AppendOnly("AuditEntry"),
        AppendOnly("DomainEvent"),
        # A credential names its brand; until it is read nobody knows which.
        DefinerFunction(
            "brands_live_api_key(text)",
            returns="TABLE (id uuid, brand_id uuid, name varchar, scopes varchar[], secret_sha256 varchar, "
            "created_by_id bigint)",
            body="""
                SELECT id, brand_id, name, scopes, secret_sha256, created_by_id FROM brands_apikey
                WHERE prefix = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """,
        ),
        # A person's own memberships, to choose a brand from.
        DefinerFunction(
            "brands_memberships_of(bigint)",
            returns="TABLE (brand_id uuid, name varchar, slug varchar, role varchar)",
            body="""
                SELECT b.id, b.name, b.slug, m.role FROM brands_membership m JOIN brands_brand b ON b.id = m.brand_id
                WHERE m.user_id = $1 ORDER BY b.name, b.id
            """,
        ),
        # An invitation's token names its brand.
        DefinerFunction(
            "brands_open_invitation(text)",
            returns="TABLE (id uuid, brand_id uuid)",
            body="""
                SELECT id, brand_id FROM brands_invitation
                WHERE token_sha256 = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
            """,
        ),
    ]
