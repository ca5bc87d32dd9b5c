import django.db.models.deletion
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import BrandTable

# The database takes the message along. Django would otherwise read the grants of a group or a member that goes, and
# delete them after it: the key is checked at once.
MESSAGE_GOES_TOO = """
ALTER TABLE collaboration_sharemessage DROP CONSTRAINT collaboration_sharemessage_grant_id_brand_fk;
ALTER TABLE collaboration_sharemessage ADD CONSTRAINT collaboration_sharemessage_grant_id_brand_fk
FOREIGN KEY (brand_id, grant_id) REFERENCES brands_grant (brand_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE
"""


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
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
        migrations.RunSQL(MESSAGE_GOES_TOO, migrations.RunSQL.noop),
    ]
