import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ai_studio.models.studio_settings
import brands.tenancy.models
from brands.tenancy.operations import AppendOnly, BrandTable

# BrandTable makes the keys of new tables; this one is of a new column.
TEMPLATE_KEY = (
    "ALTER TABLE ai_studio_generation ADD CONSTRAINT ai_studio_generation_template_id_brand_fk "
    "FOREIGN KEY (brand_id, template_id) REFERENCES ai_studio_prompttemplate (brand_id, id) DEFERRABLE INITIALLY IMMEDIATE"
)
NO_TEMPLATE_KEY = "ALTER TABLE ai_studio_generation DROP CONSTRAINT ai_studio_generation_template_id_brand_fk"


class Migration(migrations.Migration):
    dependencies = [
        ("ai_studio", "0006_collections_favourites_tags"),
        ("brands", "0006_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromptTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("IMAGE_2D", "Image 2D"),
                            ("MODEL_3D", "Model 3D"),
                            ("ANIMATION", "Animation"),
                            ("TEMPLATE", "Template"),
                        ],
                        max_length=16,
                    ),
                ),
                ("body", models.CharField(max_length=4000)),
                ("negative_prompt", models.CharField(blank=True, max_length=4000)),
                (
                    "variables",
                    models.JSONField(blank=True, default=list, help_text="As ai_studio.prompts.variables reads them."),
                ),
                (
                    "parameters",
                    models.JSONField(blank=True, default=dict, help_text="Used where a wish says nothing else."),
                ),
                ("name", models.CharField(max_length=120)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PromptTemplateVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("IMAGE_2D", "Image 2D"),
                            ("MODEL_3D", "Model 3D"),
                            ("ANIMATION", "Animation"),
                            ("TEMPLATE", "Template"),
                        ],
                        max_length=16,
                    ),
                ),
                ("body", models.CharField(max_length=4000)),
                ("negative_prompt", models.CharField(blank=True, max_length=4000)),
                (
                    "variables",
                    models.JSONField(blank=True, default=list, help_text="As ai_studio.prompts.variables reads them."),
                ),
                (
                    "parameters",
                    models.JSONField(blank=True, default=dict, help_text="Used where a wish says nothing else."),
                ),
                ("number", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="generation",
            name="moderation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ALLOWED_BY_DENY_LIST", "passed the deny list"),
                    ("ALLOWED_BY_PROVIDER", "passed the deny list and the provider"),
                    ("PROVIDER_AWAY", "passed the deny list; the provider was away"),
                ],
                db_default="",
                default="",
                help_text="Who let the words pass; empty: nobody was asked.",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="template_values",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text="What its variables were given.",
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="template_version",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="denied_words",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                validators=[ai_studio.models.studio_settings.validate_denied],
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="moderation",
            field=models.CharField(
                choices=[("deny_list", "Deny List"), ("provider", "Provider")],
                db_default="deny_list",
                default="deny_list",
                help_text="The deny list reads every prompt; a provider (secret provider.openai) may read it too.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="moderation_on_outage",
            field=models.CharField(
                choices=[("closed", "Closed"), ("open", "Open")],
                db_default="closed",
                default="closed",
                help_text="While that provider is away: refuse every prompt, or let pass what the deny list lets pass.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="optimizer",
            field=models.CharField(
                choices=[("rules", "Rules"), ("chat_model", "Chat Model")],
                db_default="rules",
                default="rules",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="tone",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                validators=[ai_studio.models.studio_settings.validate_tone],
            ),
        ),
        migrations.AddConstraint(
            model_name="studiosettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("moderation__in", ["deny_list", "provider"])), name="settings_moderation_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="studiosettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("moderation_on_outage__in", ["closed", "open"])), name="settings_on_outage_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="studiosettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("optimizer__in", ["rules", "chat_model"])), name="settings_optimizer_known"
            ),
        ),
        migrations.AddField(
            model_name="prompttemplate",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="prompttemplate",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="template",
            field=brands.tenancy.models.BrandForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ai_studio.prompttemplate",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("template__isnull", False)),
                fields=["brand", "template", "-id"],
                name="generation_by_template",
            ),
        ),
        migrations.AddConstraint(
            model_name="generation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("template", None), ("template_version", None)),
                    models.Q(("template__isnull", False), ("template_version__isnull", False)),
                    _connector="OR",
                ),
                name="generation_template_has_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="generation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("moderation__in", ["", "ALLOWED_BY_DENY_LIST", "ALLOWED_BY_PROVIDER", "PROVIDER_AWAY"])
                ),
                name="generation_moderation_known",
            ),
        ),
        migrations.AddField(
            model_name="prompttemplateversion",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="prompttemplateversion",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="prompttemplateversion",
            name="template",
            field=brands.tenancy.models.BrandForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="ai_studio.prompttemplate",
            ),
        ),
        migrations.AddConstraint(
            model_name="prompttemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("brand", "name"),
                name="template_name_once_while_in_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="prompttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("body", ""), _negated=True)),
                name="template_has_name_and_body",
            ),
        ),
        migrations.AddConstraint(
            model_name="prompttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["", "IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"])),
                name="template_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="prompttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="template_version_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="prompttemplateversion",
            constraint=models.UniqueConstraint(fields=("brand", "template", "number"), name="template_version_once"),
        ),
        BrandTable("PromptTemplate"),
        BrandTable("PromptTemplateVersion"),
        AppendOnly("PromptTemplateVersion"),
        migrations.RunSQL(TEMPLATE_KEY, NO_TEMPLATE_KEY),
    ]
