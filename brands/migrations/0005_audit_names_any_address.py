from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0004_append_events")]

    operations = [
        migrations.AlterField(
            model_name="auditentry", name="actor_label", field=models.CharField(blank=True, max_length=254)
        )
    ]
