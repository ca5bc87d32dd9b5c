from django.db import migrations, models

import ai_studio.models.studio_settings


class Migration(migrations.Migration):
    dependencies = [
        ("ai_studio", "0011_prices"),
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.AddField(
            model_name="studiosettings",
            name="disabled_providers",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                validators=[ai_studio.models.studio_settings.validate_providers],
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="provider_weights",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text='For the strategy "weighted": {"provider": weight}.',
                validators=[ai_studio.models.studio_settings.validate_weights],
            ),
        ),
        migrations.AddField(
            model_name="studiosettings",
            name="strategy",
            field=models.CharField(
                choices=[
                    ("in_order", "In Order"),
                    ("cheapest", "Cheapest"),
                    ("best_quality", "Best Quality"),
                    ("fastest", "Fastest"),
                    ("weighted", "Weighted"),
                    ("least_busy", "Least Busy"),
                ],
                db_default="in_order",
                default="in_order",
                help_text="How a provider is chosen among those that can make a wish, where the request does not say.",
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["brand", "-started_at"], name="attempt_by_start"),
        ),
        migrations.AddConstraint(
            model_name="studiosettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("strategy__in", ["in_order", "cheapest", "best_quality", "fastest", "weighted", "least_busy"])
                ),
                name="settings_strategy_known",
            ),
        ),
    ]
