from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ai_studio", "0013_slots")]

    operations = [
        migrations.AddField(
            "generation",
            "distinct_id",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Whom it is for, as analytics events name people; empty: the person who asked.",
                max_length=400,
            ),
        ),
    ]
