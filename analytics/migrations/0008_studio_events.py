import django.db.models.deletion
from django.db import migrations, models

from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_segments_reports"), ("brands", "0006_secrets")]

    operations = [
        migrations.CreateModel(
            name="LogPlace",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="brands.brand",
                    ),
                ),
                ("last_seq", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("last_seq__gte", 0)), name="log_place_not_negative")
                ],
            },
        ),
        BrandTable("LogPlace"),
    ]
