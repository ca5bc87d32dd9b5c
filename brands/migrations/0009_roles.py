import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import brands.tenancy.models
from brands.tenancy.operations import DefinerFunction, NoDefinerFunction

# BrandTable makes the keys of new tables; this one is of a new column.
CUSTOM_ROLE_KEY = (
    "ALTER TABLE brands_invitation ADD CONSTRAINT brands_invitation_custom_role_id_brand_fk "
    "FOREIGN KEY (brand_id, custom_role_id) REFERENCES brands_customrole (brand_id, id) DEFERRABLE INITIALLY IMMEDIATE"
)
NO_CUSTOM_ROLE_KEY = "ALTER TABLE brands_invitation DROP CONSTRAINT brands_invitation_custom_role_id_brand_fk"

ROLES = ["OWNER", "ADMIN", "EDITOR", "REVIEWER", "VIEWER", "ANALYST"]
MEMBERSHIPS_OF = "brands_memberships_of(bigint)"
MEMBERSHIP = "TABLE (brand_id uuid, name varchar, slug varchar, role varchar)"


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0008_audit_chain"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="invitation", name="invitation_role_known"),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[(role, role.capitalize()) for role in ROLES],
                help_text="Empty: a role of the brand's own.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="custom_role",
            field=brands.tenancy.models.BrandForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="brands.customrole",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=Q(("custom_role", None), ("role__in", ROLES))
                | Q(("custom_role__isnull", False), ("role", ""))
                | Q(("role", "")) & ~Q(("accepted_at", None), ("revoked_at", None)),
                name="invitation_role_known",
            ),
        ),
        migrations.RunSQL(CUSTOM_ROLE_KEY, NO_CUSTOM_ROLE_KEY),
        # Names the role of whoever has one of the brand's own.
        NoDefinerFunction(
            MEMBERSHIPS_OF,
            returns=MEMBERSHIP,
            body="""
                SELECT b.id, b.name, b.slug, m.role FROM brands_membership m JOIN brands_brand b ON b.id = m.brand_id
                WHERE m.user_id = $1 ORDER BY b.name, b.id
            """,
        ),
        DefinerFunction(
            MEMBERSHIPS_OF,
            returns=MEMBERSHIP,
            body="""
                SELECT b.id, b.name, b.slug, coalesce(r.name, m.role)
                FROM brands_membership m JOIN brands_brand b ON b.id = m.brand_id
                LEFT JOIN brands_customrole r ON r.brand_id = m.brand_id AND r.id = m.custom_role_id
                WHERE m.user_id = $1 ORDER BY b.name, b.id
            """,
        ),
    ]
