from django.db import migrations

from brands.tenancy.operations import DefinerFunction


class Migration(migrations.Migration):
    dependencies = [("brands", "0008_audit_chain")]

    operations = [
        # A process with live streams of many brands asks how far their logs have come with one statement.
        DefinerFunction(
            "brands_event_heads(uuid[])",
            returns="TABLE (brand_id uuid, last_seq bigint)",
            body="SELECT s.brand_id, s.last_seq FROM brands_eventsequence s WHERE s.brand_id = ANY ($1)",
        ),
    ]
