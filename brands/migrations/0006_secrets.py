import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0005_audit_names_any_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="Secret",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("key_id", models.CharField(help_text="The key of SECRET_KEY_RING that opens it.", max_length=32)),
                ("ciphertext", models.BinaryField()),
                ("last4", models.CharField(blank=True, max_length=4)),
                ("updated_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "name"), name="secret_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[a-z0-9_-]+(\\.[a-z0-9_-]+)*$")), name="secret_name_plain"
                    ),
                    models.CheckConstraint(condition=models.Q(("key_id", ""), _negated=True), name="secret_has_key"),
                    models.CheckConstraint(
                        condition=models.Q(("last4__regex", "^(.{4})?$")), name="secret_last4_or_none"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("ciphertext"), 29
                            ),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("ciphertext"), 8220
                            ),
                        ),
                        name="secret_ciphertext_length",
                    ),
                ],
            },
        ),
        BrandTable("Secret"),
    ]
