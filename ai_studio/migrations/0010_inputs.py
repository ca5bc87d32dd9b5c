import django.db.models.deletion
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0009_queue_console"), ("brands", "0006_secrets")]

    operations = [
        migrations.CreateModel(
            name="GenerationInput",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(choices=[("image", "Image"), ("mask", "Mask")], default="image", max_length=8),
                ),
                (
                    "artifact",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ai_studio.artifact",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "generation",
                    brands.tenancy.models.BrandForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inputs",
                        to="ai_studio.generation",
                    ),
                ),
            ],
            options={
                "ordering": ["generation_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "generation", "position"), name="input_position_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "mask")), fields=("brand", "generation"), name="input_one_mask"
                    ),
                    models.CheckConstraint(condition=models.Q(("position__lt", 4)), name="input_position_in_range"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["image", "mask"])), name="input_role_known"
                    ),
                ],
            },
        ),
        BrandTable("GenerationInput"),
    ]
