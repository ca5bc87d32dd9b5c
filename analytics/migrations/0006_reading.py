import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from brands.tenancy.operations import BrandTable


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_ingest_speed"),
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="CohortLife",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "person", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person", models.BigIntegerField()),
                ("came_date", models.DateField()),
                (
                    "seen",
                    django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None),
                ),
                (
                    "revenue_micros",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                (
                    "cost_micros",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen__len", 5),
                            models.Q(("revenue_micros", None), ("revenue_micros__len", 5), _connector="OR"),
                            models.Q(("cost_micros", None), ("cost_micros__len", 5), _connector="OR"),
                        ),
                        name="cohort_life_of_every_period",
                    )
                ],
            },
        ),
        BrandTable("CohortLife"),
        # A life that goes on stays on its page, and its index is left alone.
        migrations.RunSQL("ALTER TABLE analytics_cohortlife SET (fillfactor = 70)", migrations.RunSQL.noop),
        migrations.RemoveConstraint("AnalyticsCohort", "cohort_says_nothing_before_it_matures"),
        migrations.AddField(
            "AnalyticsCohort", "cost_usd", models.DecimalField(decimal_places=6, max_digits=24, null=True)
        ),
        migrations.AddConstraint(
            "AnalyticsCohort",
            models.CheckConstraint(
                condition=models.Q(
                    ("revenue__isnull", False),
                    models.Q(
                        ("cost", None),
                        ("cost_usd", None),
                        ("ltv", None),
                        ("ltv_high", None),
                        ("ltv_low", None),
                        ("margin", None),
                        ("seen", None),
                    ),
                    _connector="OR",
                ),
                name="cohort_says_nothing_before_it_matures",
            ),
        ),
        migrations.AddConstraint(
            "AnalyticsCohort",
            models.CheckConstraint(
                condition=models.Q(
                    ("cost", None),
                    models.Q(("cost", models.F("cost_usd")), ("cost_usd__isnull", False)),
                    _connector="OR",
                ),
                name="cohort_cost_is_in_usd",
            ),
        ),
        migrations.AddField(
            "CohortBuild",
            "kept_from",
            models.DateTimeField(help_text="Events before this had been forgotten.", null=True),
        ),
        migrations.AddField(
            "CohortBuild",
            "arrivals",
            models.JSONField(help_text="What had arrived. Null: the next build starts anew.", null=True),
        ),
        migrations.AddField("CohortBuild", "sums", models.BinaryField(null=True)),
        migrations.AddConstraint(
            "CohortBuild",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrivals", None), ("sums", None)),
                    models.Q(("arrivals__isnull", False), ("sums__isnull", False)),
                    _connector="OR",
                ),
                name="cohort_build_goes_on_from_all",
            ),
        ),
        migrations.AddIndex(
            "Event",
            django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["received_at"], name="event_by_arrival", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            "Event",
            models.Index(
                condition=models.Q(("person__gt", 0)),
                fields=["brand", "at"],
                include=("person", "name"),
                name="event_by_time",
            ),
        ),
        migrations.AddIndex("PersonMerge", models.Index(fields=["brand", "at"], name="person_merge_by_at")),
    ]
