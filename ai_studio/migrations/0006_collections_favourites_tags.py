import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable

# Places were numbers that staff typed, and could be the same.
NUMBER_ITEMS = """
UPDATE ai_studio_collectionitem AS item SET position = numbered.place FROM (
    SELECT id, row_number() OVER (PARTITION BY collection_id ORDER BY position, id) - 1 AS place
    FROM ai_studio_collectionitem
) AS numbered WHERE numbered.id = item.id AND item.position <> numbered.place
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ai_studio", "0005_calling_off"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Favourite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="GenerationTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("number", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="collection",
            name="description",
            field=models.CharField(blank=True, db_default="", default="", max_length=1000),
        ),
        migrations.AlterField(
            model_name="collectionitem",
            name="position",
            field=models.PositiveIntegerField(),
        ),
        migrations.RunSQL(NUMBER_ITEMS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="collectionitem",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("brand", "collection", "position"),
                name="collection_item_place_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lt", 5000)), name="collection_item_position_in_range"
            ),
        ),
        migrations.AddField(
            model_name="favourite",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="favourite",
            name="generation",
            field=brands.tenancy.models.BrandForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favourites",
                to="ai_studio.generation",
            ),
        ),
        migrations.AddField(
            model_name="favourite",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="generationtag",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="generationtag",
            name="generation",
            field=brands.tenancy.models.BrandForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tags",
                to="ai_studio.generation",
            ),
        ),
        migrations.AddConstraint(
            model_name="favourite",
            constraint=models.UniqueConstraint(fields=("brand", "user", "generation"), name="favourite_once"),
        ),
        migrations.AddIndex(
            model_name="generationtag",
            index=models.Index(fields=["brand", "name", "generation"], name="tag_by_name"),
        ),
        migrations.AddConstraint(
            model_name="generationtag",
            constraint=models.UniqueConstraint(fields=("brand", "generation", "name"), name="tag_once"),
        ),
        migrations.AddConstraint(
            model_name="generationtag",
            constraint=models.UniqueConstraint(fields=("brand", "generation", "number"), name="tag_number_once"),
        ),
        migrations.AddConstraint(
            model_name="generationtag",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__range", (1, 20))), name="tag_number_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="generationtag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^(?! )(?!.* $)[^A-Z[:cntrl:]]+$")), name="tag_name_normalised"
            ),
        ),
        BrandTable("Favourite"),
        BrandTable("GenerationTag"),
    ]
