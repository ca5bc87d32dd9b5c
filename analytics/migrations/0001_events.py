import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import brands.tenancy.models
from brands.tenancy.operations import AppendOnly, BrandTable, DefinerFunction

EVENT_TABLE = """
CREATE TABLE analytics_event (
    brand_id uuid NOT NULL,
    insert_id varchar(200) NOT NULL,
    at timestamptz NOT NULL,
    name varchar(200) NOT NULL,
    person bigint NOT NULL,
    distinct_id varchar(400) NOT NULL,
    session varchar(200) NOT NULL,
    properties jsonb NOT NULL,
    revenue numeric(18, 6),
    currency varchar(3) NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, insert_id, at),
    CONSTRAINT event_named CHECK (name <> ''),
    CONSTRAINT event_person_positive CHECK (person > 0),
    CONSTRAINT event_revenue_has_currency CHECK (
        (revenue IS NULL AND currency = '') OR (revenue IS NOT NULL AND revenue >= 0 AND currency ~ '^[A-Z]{3}$')
    )
) PARTITION BY RANGE (at);
CREATE INDEX event_by_name ON analytics_event (brand_id, name, at) INCLUDE (person) WHERE person > 0;
CREATE INDEX event_by_person ON analytics_event (brand_id, person, at) INCLUDE (name) WHERE person > 0;
"""

# A number of a person, in whatever table, is of somebody of the same brand. Events are left out: a look-up for each
# would cost as much as the rest of its storing, and only analytics_store_events adds them.
KEYS = """
ALTER TABLE analytics_distinctid DROP CONSTRAINT analytics_distinctid_pkey,
    ADD PRIMARY KEY (brand_id, distinct_id) INCLUDE (person);
ALTER TABLE analytics_personmerge DROP CONSTRAINT analytics_personmerge_pkey,
    ADD PRIMARY KEY (brand_id, merged) INCLUDE ("into");
ALTER TABLE analytics_distinctid ADD CONSTRAINT distinct_id_person_fk
    FOREIGN KEY (brand_id, person) REFERENCES analytics_person (brand_id, number) DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE analytics_personmerge ADD CONSTRAINT person_merge_merged_fk
    FOREIGN KEY (brand_id, merged) REFERENCES analytics_person (brand_id, number) DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE analytics_personmerge ADD CONSTRAINT person_merge_into_fk
    FOREIGN KEY (brand_id, "into") REFERENCES analytics_person (brand_id, number) DEFERRABLE INITIALLY IMMEDIATE;
"""
NO_KEYS = """
ALTER TABLE analytics_distinctid DROP CONSTRAINT analytics_distinctid_pkey,
    ADD PRIMARY KEY (brand_id, distinct_id) INCLUDE (person);
ALTER TABLE analytics_personmerge DROP CONSTRAINT analytics_personmerge_pkey,
    ADD PRIMARY KEY (brand_id, merged) INCLUDE ("into");
ALTER TABLE analytics_personmerge DROP CONSTRAINT person_merge_into_fk;
ALTER TABLE analytics_personmerge DROP CONSTRAINT person_merge_merged_fk;
ALTER TABLE analytics_distinctid DROP CONSTRAINT distinct_id_person_fk;
"""

# Runs as the owner, for the runtime role makes no tables: months from 2000 to two months ahead and nothing else,
# each with the policy of its parent and out of the runtime role's direct reach. A table that is attached locks the parent less than one that is made as its
# partition: events come in and are read meanwhile. Returns how many it made.
MAKE_PARTITIONS = """
DECLARE
    month timestamp := greatest(date_trunc('month', p_from AT TIME ZONE 'UTC'), timestamp '2000-01-01');
    last timestamp := least(p_to AT TIME ZONE 'UTC', date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months');
    partition text;
    made int := 0;
BEGIN
    WHILE month <= last LOOP
        partition := 'analytics_event_' || to_char(month, 'YYYY_MM');
        IF to_regclass('public.' || partition) IS NULL THEN
            -- Whoever waited here has also heard of what was made meanwhile.
            LOCK TABLE analytics_event IN SHARE UPDATE EXCLUSIVE MODE;
            IF to_regclass('public.' || partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %%I (LIKE analytics_event INCLUDING ALL)', partition);
                EXECUTE format('ALTER TABLE %%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
                EXECUTE format(
                    'CREATE POLICY brand_isolation ON %%I USING (brand_id = current_setting(''app.brand_id'')::uuid) '
                    'WITH CHECK (brand_id = current_setting(''app.brand_id'')::uuid)', partition);
                EXECUTE format(
                    'REVOKE ALL ON %%I FROM %%I', partition, regexp_replace(current_user, '_owner$', '_runtime'));
                EXECUTE format(
                    'ALTER TABLE analytics_event ATTACH PARTITION %%I FOR VALUES FROM (%%L) TO (%%L)', partition,
                    month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
                made := made + 1;
            END IF;
        END IF;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END
"""
FIRST_PARTITIONS = "SELECT analytics_make_partitions(now() - interval '1 month', now() + interval '2 months')"

# Whoever changes a brand's events holds this lock to the end of the transaction. Returns the last person's number, and
# the moment before which events were forgotten.
LOCK_EVENTS = """
CREATE FUNCTION analytics_lock_events(p_brand uuid, OUT last_person bigint, OUT kept_from timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
    LOOP
        SELECT v.last_person, v.kept_from INTO last_person, kept_from
        FROM analytics_dataversion v WHERE v.brand_id = p_brand FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO analytics_dataversion (brand_id, version, last_person) VALUES (p_brand, 0, 0)
        ON CONFLICT (brand_id) DO NOTHING;
    END LOOP;
END $$;
"""
NO_LOCK_EVENTS = "DROP FUNCTION analytics_lock_events(uuid)"

# The number of whoever came by each id, merges followed; NULL where nobody has.
#
# Here and in analytics_store_events look-ups are subqueries and plans are made once, perhaps while the tables are empty:
# the other indexes are partial, so that each look-up has one index that can serve it, and costs one probe however large
# the tables have grown.
KNOWN_PEOPLE = """
CREATE FUNCTION analytics_known_people(p_brand uuid, p_distinct_ids text[]) RETURNS bigint[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT array_agg(
            (SELECT coalesce((SELECT m."into" FROM analytics_personmerge m
                              WHERE m.brand_id = p_brand AND m.merged = d.person), d.person)
             FROM analytics_distinctid d
             WHERE d.brand_id = p_brand AND d.distinct_id = told.distinct_id)
            ORDER BY told.place
        )
        FROM unnest(p_distinct_ids) WITH ORDINALITY AS told (distinct_id, place)
    );
END $$;
"""
NO_KNOWN_PEOPLE = "DROP FUNCTION analytics_known_people(uuid, text[])"

# Under the lock of the brand's data version: people p_first to p_last, who are new, and ids that nobody came by before.
ADD_PEOPLE = """
CREATE FUNCTION analytics_add_people(
    p_brand uuid, p_at timestamptz, p_first bigint, p_last bigint, p_distinct_ids text[], p_numbers bigint[]
) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO analytics_person (brand_id, number, created_at)
    SELECT p_brand, number, p_at FROM generate_series(p_first, p_last) AS number;

    INSERT INTO analytics_distinctid (brand_id, distinct_id, person)
    SELECT p_brand, told.distinct_id, told.number FROM unnest(p_distinct_ids, p_numbers) AS told (distinct_id, number);

    UPDATE analytics_dataversion SET last_person = p_last WHERE brand_id = p_brand;
END $$;
"""
NO_ADD_PEOPLE = "DROP FUNCTION analytics_add_people(uuid, timestamptz, bigint, bigint, text[], bigint[])"

# Under the lock of the brand's data version: events, whose people are known, and what they come to. The arrays have an
# element for each event, and no insert_id twice. Returns the places, from 1, of those that were there already: the same
# insert_id within a day, for the clock's correction makes a resent event's `at` differ by a little.
STORE_EVENTS = """
CREATE FUNCTION analytics_store_events(
    p_brand uuid, p_received_at timestamptz, p_insert_ids text[], p_ats timestamptz[], p_names text[],
    p_persons bigint[], p_distinct_ids text[], p_sessions text[], p_properties text[], p_revenues numeric[],
    p_currencies text[]
) RETURNS int[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    first timestamptz;
    last timestamptz;
    own_currency text;
    already int[];
BEGIN
    SELECT min(at) - interval '1 day', max(at) + interval '1 day' INTO first, last FROM unnest(p_ats) AS told (at);
    SELECT currency INTO own_currency FROM brands_brand WHERE id = p_brand;

    WITH incoming AS MATERIALIZED (
        SELECT told.*,
            (SELECT true FROM analytics_event e
             WHERE e.brand_id = p_brand AND e.insert_id = told.insert_id
               AND e.at >= told.at - interval '1 day' AND e.at <= told.at + interval '1 day'
               AND e.at >= first AND e.at <= last LIMIT 1) AS known
        FROM unnest(
            p_insert_ids, p_ats, p_names, p_persons, p_distinct_ids, p_sessions, p_properties, p_revenues, p_currencies
        ) WITH ORDINALITY
            AS told (insert_id, at, name, person, distinct_id, session, properties, revenue, currency, place)
    ), fresh AS (
        INSERT INTO analytics_event (brand_id, insert_id, at, name, person, distinct_id, session, properties, revenue,
                                     currency, received_at)
        SELECT p_brand, insert_id, at, name, person, distinct_id, session, properties::jsonb, revenue,
               CASE WHEN revenue IS NULL THEN '' WHEN currency = '' THEN own_currency ELSE currency END, p_received_at
        FROM incoming WHERE known IS NULL
        ON CONFLICT DO NOTHING
        RETURNING insert_id, name, person, (at AT TIME ZONE 'UTC')::date AS day_date
    ), present AS (
        INSERT INTO analytics_dailyperson (brand_id, person, day_date, name)
        SELECT DISTINCT p_brand, person, day_date, name FROM fresh
        ON CONFLICT DO NOTHING
        RETURNING day_date, name
    ), counted AS (
        INSERT INTO analytics_dailycount AS c (brand_id, day_date, name, events, people)
        SELECT p_brand, day_date, name, sum(events), sum(people)
        FROM (SELECT day_date, name, 1 AS events, 0 AS people FROM fresh
              UNION ALL SELECT day_date, name, 0, 1 FROM present) counts
        GROUP BY day_date, name
        ON CONFLICT (brand_id, day_date, name)
        DO UPDATE SET events = c.events + excluded.events, people = c.people + excluded.people
    )
    SELECT coalesce(array_agg(place::int ORDER BY place), '{}') INTO already
    FROM incoming WHERE insert_id NOT IN (SELECT insert_id FROM fresh);

    UPDATE analytics_dataversion SET version = version + 1
    WHERE brand_id = p_brand AND cardinality(already) < cardinality(p_insert_ids);
    RETURN already;
END $$;
"""
NO_STORE_EVENTS = """
DROP FUNCTION analytics_store_events(
    uuid, timestamptz, text[], timestamptz[], text[], bigint[], text[], text[], text[], numeric[], text[]
)
"""

# Under the lock of the brand's data version. Nobody is merged twice, and nobody whom others are merged into is; what was
# merged into the merged before goes along, so that one step leads to the end. A day on which both did the same had two
# people who did it and now has one.
MERGE_PEOPLE = """
CREATE FUNCTION analytics_merge_people(p_brand uuid, p_at timestamptz, p_merged bigint[], p_into bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE analytics_personmerge m SET "into" = told."into"
    FROM unnest(p_merged, p_into) AS told (merged, "into")
    WHERE m.brand_id = p_brand AND m."into" = told.merged;

    INSERT INTO analytics_personmerge (brand_id, merged, "into", at)
    SELECT p_brand, told.merged, told."into", p_at FROM unnest(p_merged, p_into) AS told (merged, "into");

    UPDATE analytics_person p SET identified = true
    FROM unnest(p_merged, p_into) AS told (merged, "into")
    WHERE p.brand_id = p_brand AND p.number = told."into" AND NOT p.identified
      AND (SELECT m.identified FROM analytics_person m WHERE m.brand_id = p_brand AND m.number = told.merged);

    WITH moved AS (
        DELETE FROM analytics_dailyperson d USING unnest(p_merged, p_into) AS told (merged, "into")
        WHERE d.brand_id = p_brand AND d.person = told.merged
        RETURNING told."into" AS person, d.day_date, d.name
    ), kept AS (
        INSERT INTO analytics_dailyperson (brand_id, person, day_date, name)
        SELECT DISTINCT p_brand, person, day_date, name FROM moved
        ON CONFLICT DO NOTHING
        RETURNING day_date, name
    )
    UPDATE analytics_dailycount c SET people = c.people - fewer.people
    FROM (SELECT day_date, name, sum(people) AS people
          FROM (SELECT day_date, name, 1 AS people FROM moved UNION ALL SELECT day_date, name, -1 FROM kept) counts
          GROUP BY day_date, name) fewer
    WHERE c.brand_id = p_brand AND c.day_date = fewer.day_date AND c.name = fewer.name;

    UPDATE analytics_dataversion SET version = version + 1 WHERE brand_id = p_brand;
END $$;
"""
NO_MERGE_PEOPLE = "DROP FUNCTION analytics_merge_people(uuid, timestamptz, bigint[], bigint[])"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0006_secrets"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalyticsSettings",
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
                (
                    "keep_events_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Raw events older than this are forgotten; what they came to, day by day, is kept. Empty: keep all.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "analytics settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("keep_events_days", None), ("keep_events_days__range", (30, 10000)), _connector="OR"
                        ),
                        name="analytics_kept_days_in_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyPerson",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id",
                        "person",
                        "day_date",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person", models.BigIntegerField()),
                ("day_date", models.DateField()),
                ("name", models.CharField(max_length=200)),
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
        ),
        migrations.CreateModel(
            name="DataVersion",
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
                ("version", models.BigIntegerField(default=0)),
                ("last_person", models.BigIntegerField(default=0)),
                (
                    "kept_from",
                    models.DateTimeField(
                        help_text="Events before this were forgotten, and come in no more.", null=True
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_person__gte", 0), ("version__gte", 0)),
                        name="data_version_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "day_date", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day_date", models.DateField()),
                ("name", models.CharField(max_length=200)),
                ("events", models.BigIntegerField()),
                ("people", models.BigIntegerField()),
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
                        condition=models.Q(("events__gte", models.F("people")), ("people__gte", 0)),
                        name="daily_count_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=brands.tenancy.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(help_text="The way it came: native, posthog, segment, import …", max_length=40),
                ),
                ("code", models.CharField(help_text="Stable: made for programs.", max_length=60)),
                ("reason", models.CharField(max_length=400)),
                ("payload", models.CharField(blank=True, max_length=8000)),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "source", "id"], name="dead_letter_by_source"),
                    models.Index(fields=["brand", "code", "id"], name="dead_letter_by_code"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="dead_letter_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DistinctId",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "distinct_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("distinct_id", models.CharField(max_length=400)),
                ("person", models.BigIntegerField()),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("person__gt", 0)), fields=["brand", "person"], name="distinct_id_by_person"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("distinct_id", ""), _negated=True), name="distinct_id_not_empty"
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENT_TABLE, "DROP TABLE analytics_event")],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "brand_id",
                                "insert_id",
                                "at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("insert_id", models.CharField(max_length=200)),
                        ("at", models.DateTimeField()),
                        ("name", models.CharField(max_length=200)),
                        ("person", models.BigIntegerField()),
                        ("distinct_id", models.CharField(max_length=400)),
                        ("session", models.CharField(max_length=200)),
                        ("properties", models.JSONField()),
                        ("revenue", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("received_at", models.DateTimeField()),
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
                        "indexes": [
                            models.Index(
                                condition=models.Q(("person__gt", 0)),
                                fields=["brand", "name", "at"],
                                include=("person",),
                                name="event_by_name",
                            ),
                            models.Index(
                                condition=models.Q(("person__gt", 0)),
                                fields=["brand", "person", "at"],
                                include=("name",),
                                name="event_by_person",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="event_named"),
                            models.CheckConstraint(condition=models.Q(("person__gt", 0)), name="event_person_positive"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("currency", ""), ("revenue", None)),
                                    models.Q(("currency__regex", "^[A-Z]{3}$"), ("revenue__gte", 0)),
                                    _connector="OR",
                                ),
                                name="event_revenue_has_currency",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                (
                    "identified",
                    models.BooleanField(db_default=False, default=False, help_text="They said who they are."),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="person_number_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "merged", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("merged", models.BigIntegerField()),
                ("into", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["brand", "into"], name="person_merge_by_into")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged", models.F("into")), _negated=True), name="person_merge_of_two"
                    )
                ],
            },
        ),
        BrandTable("AnalyticsSettings"),
        BrandTable("DataVersion"),
        BrandTable("DeadLetter"),
        BrandTable("Person"),
        BrandTable("DistinctId"),
        BrandTable("PersonMerge"),
        BrandTable("DailyCount"),
        BrandTable("DailyPerson"),
        BrandTable("Event"),
        AppendOnly("Event"),
        AppendOnly("DeadLetter"),
        migrations.RunSQL(KEYS, NO_KEYS),
        DefinerFunction(
            "analytics_make_partitions(p_from timestamptz, p_to timestamptz)",
            returns="int",
            body=MAKE_PARTITIONS,
            volatility="VOLATILE",
            language="plpgsql",
        ),
        migrations.RunSQL(FIRST_PARTITIONS, migrations.RunSQL.noop),
        migrations.RunSQL(LOCK_EVENTS, NO_LOCK_EVENTS),
        migrations.RunSQL(KNOWN_PEOPLE, NO_KNOWN_PEOPLE),
        migrations.RunSQL(ADD_PEOPLE, NO_ADD_PEOPLE),
        migrations.RunSQL(STORE_EVENTS, NO_STORE_EVENTS),
        migrations.RunSQL(MERGE_PEOPLE, NO_MERGE_PEOPLE),
    ]
