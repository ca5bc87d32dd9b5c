import django.db.models.deletion
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0007_permissions"),
        ("collaboration", "0002_threads"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShareMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "grant",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="brands.grant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "grant"), name="share_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="share_message_says_something"
                    ),
                ],
            },
        ),
        BrandTable("ShareMessage"),
    ]
