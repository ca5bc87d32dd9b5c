"""Layers 3 and 4, asked of the database itself: rows and the shape of references.

These tests read the catalogue, so a new table, model or foreign key fails them until it is isolated.
"""

import os
import subprocess
import sys
import threading

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from psycopg import sql

from brands.api.base import BrandAPIView
from brands.models import ApiKey, AuditEntry, DomainEvent, Invitation, Membership
from brands.permissions import system_actor
from brands.tenancy import guard
from brands.tenancy.models import BrandForeignKey, BrandOneToOneField, new_id
from brands.tenancy.scope import BrandScopeError, brand_scope
from tests.databases import CHECKOUT
from tests.factories import Tenant, client_for

# Whose each model's rows are. A model that is not here fails test_every_model_is_classified.
BRAND = "brand"  # one brand's, under row-level security
USER = "user"  # a person's, across brands
GLOBAL = "global"  # the installation's
AUDIT = "audit"  # a record of what happened, kept when its subject goes
CLASSES = {
    "account.EmailAddress": USER,
    "account.EmailConfirmation": USER,
    "admin.LogEntry": AUDIT,
    "ai_studio.Artifact": BRAND,
    "ai_studio.Attempt": BRAND,
    "ai_studio.Budget": BRAND,
    "ai_studio.Collection": BRAND,
    "ai_studio.CollectionItem": BRAND,
    "ai_studio.CostRecord": BRAND,
    "ai_studio.Favourite": BRAND,
    "ai_studio.Generation": BRAND,
    "ai_studio.GenerationInput": BRAND,
    "ai_studio.GenerationTag": BRAND,
    "ai_studio.LedgerEntry": BRAND,
    "ai_studio.Price": GLOBAL,
    "ai_studio.PromptTemplate": BRAND,
    "ai_studio.PromptTemplateVersion": BRAND,
    "ai_studio.QueueReading": GLOBAL,
    "ai_studio.QueueSample": BRAND,
    "ai_studio.StudioSettings": BRAND,
    "ai_studio.UserQuota": BRAND,
    "analytics.AnalyticsCohort": BRAND,
    "analytics.AnalyticsReport": BRAND,
    "analytics.AnalyticsSettings": BRAND,
    "analytics.Anomaly": BRAND,
    "analytics.CohortBuild": BRAND,
    "analytics.CohortLife": BRAND,
    "analytics.DailyCount": BRAND,
    "analytics.DailyPerson": BRAND,
    "analytics.DataVersion": BRAND,
    "analytics.DeadLetter": BRAND,
    "analytics.DistinctId": BRAND,
    "analytics.Event": BRAND,
    "analytics.EventImport": BRAND,
    "analytics.Funnel": BRAND,
    "analytics.LogPlace": BRAND,
    "analytics.Metric": BRAND,
    "analytics.Person": BRAND,
    "analytics.PersonMerge": BRAND,
    "analytics.Question": BRAND,
    "analytics.Segment": BRAND,
    "analytics.SegmentMember": BRAND,
    "auth.Group": GLOBAL,
    "auth.Permission": GLOBAL,
    "brands.ApiKey": BRAND,
    "brands.AuditChain": BRAND,
    "brands.AuditEntry": BRAND,
    "brands.Brand": BRAND,
    "brands.CustomRole": BRAND,
    "brands.DomainEvent": BRAND,
    "brands.EventSequence": BRAND,
    "brands.Grant": BRAND,
    "brands.Group": BRAND,
    "brands.GroupMember": BRAND,
    "brands.GuestSession": BRAND,
    "brands.IdempotencyRecord": BRAND,
    "brands.Invitation": BRAND,
    "brands.Membership": BRAND,
    "brands.Restriction": BRAND,
    "brands.Secret": BRAND,
    "brands.ShareLink": BRAND,
    "brands.User": USER,
    "collaboration.Review": BRAND,
    "collaboration.ReviewDecision": BRAND,
    "collaboration.ReviewItem": BRAND,
    "collaboration.ReviewRequirement": BRAND,
    "collaboration.ReviewReviewer": BRAND,
    "collaboration.ReviewRound": BRAND,
    "collaboration.ReviewStep": BRAND,
    "collaboration.Comment": BRAND,
    "collaboration.CommentAttachment": BRAND,
    "collaboration.CommentMention": BRAND,
    "collaboration.CommentReaction": BRAND,
    "collaboration.CommentRevision": BRAND,
    "collaboration.ExternalResource": BRAND,
    "collaboration.ShareMessage": BRAND,
    "collaboration.Thread": BRAND,
    "collaboration.ThreadReading": BRAND,
    "contenttypes.ContentType": GLOBAL,
    "mfa.Authenticator": USER,
    "sessions.Session": USER,
}
# Unique across brands on purpose: secrets that name their brand, a brand's public name.
GLOBALLY_UNIQUE = {
    ("brands_apikey", "prefix"),
    ("brands_invitation", "token_sha256"),
    ("brands_brand", "slug"),
    ("brands_guestsession", "token_sha256"),
    ("brands_sharelink", "token_sha256"),
}
APPEND_ONLY = (
    "brands_auditchain",
    "brands_auditentry",
    "brands_domainevent",
    "ai_studio_costrecord",
    "ai_studio_ledgerentry",
    "ai_studio_prompttemplateversion",
    "ai_studio_queuesample",
    "analytics_deadletter",
    "analytics_event",
    "collaboration_reviewdecision",
    "collaboration_reviewitem",
    "collaboration_commentrevision",
)

BRAND_TABLES = """
    SELECT c.oid, c.relname, c.relrowsecurity AND c.relforcerowsecurity, c.relispartition
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (
        c.relname = 'brands_brand'
        OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'brand_id')
    )
"""


def rows(query: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def test_every_model_is_classified() -> None:
    models = {model._meta.label: model for model in apps.get_models()}
    assert set(models) == set(CLASSES)
    for label, model in models.items():
        has_brand = label == "brands.Brand" or any(field.name == "brand" for field in model._meta.local_fields)
        assert (CLASSES[label] == BRAND) == has_brand, label


def test_every_table_with_a_brand_is_under_forced_row_level_security(db: None) -> None:
    tables = rows(BRAND_TABLES)
    assert {name for _, name, _, is_partition in tables if not is_partition} == {
        apps.get_model(label)._meta.db_table for label, kind in CLASSES.items() if kind == BRAND
    }
    assert [name for _, name, isolated, _ in tables if not isolated] == []


def test_every_table_with_a_brand_has_the_loud_policy_for_reading_and_writing(db: None) -> None:
    for _, table, _, _ in rows(BRAND_TABLES):
        key = "id" if table == "brands_brand" else "brand_id"
        wanted = f"({key} = (current_setting('app.brand_id'::text))::uuid)"
        policies = rows("SELECT permissive, cmd, qual, with_check FROM pg_policies WHERE tablename = %s", table)
        assert policies == [("PERMISSIVE", "ALL", wanted, wanted)], table


def test_every_reference_between_tables_with_a_brand_carries_the_brand(db: None) -> None:
    plain = rows(
        f"""
        WITH isolated AS ({BRAND_TABLES})
        SELECT conname FROM pg_constraint WHERE contype = 'f'
        AND conrelid IN (SELECT oid FROM isolated) AND confrelid IN (SELECT oid FROM isolated)
        AND confrelid <> 'brands_brand'::regclass
        AND NOT EXISTS (
            SELECT 1 FROM pg_attribute WHERE attrelid = conrelid AND attname = 'brand_id' AND attnum = ANY (conkey)
        )
        """  # noqa: S608
    )
    assert plain == []


def test_every_reference_inside_a_brand_has_its_constraint(db: None) -> None:
    constraints = {name for (name,) in rows("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    inside = [
        f"{model._meta.db_table}_{field.column}_brand_fk"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, BrandForeignKey | BrandOneToOneField)
    ]
    assert inside
    assert set(inside) <= constraints


def test_uniqueness_is_within_a_brand(db: None) -> None:
    found = rows(
        f"""
        WITH isolated AS ({BRAND_TABLES})
        SELECT t.relname, string_agg(a.attname, ',' ORDER BY a.attnum)
        FROM pg_index i JOIN isolated t ON t.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
        WHERE i.indisunique AND NOT i.indisprimary GROUP BY t.relname, i.indexrelid
        """  # noqa: S608
    )
    across = {(table, columns) for table, columns in found if "brand_id" not in columns.split(",")}
    assert across == GLOBALLY_UNIQUE


@pytest.mark.parametrize("table", ["brands_membership", "brands_brand", "ai_studio_generation", "ai_studio_budget"])
def test_without_a_brand_a_query_fails_loudly(table: str, ours: Tenant) -> None:
    with (
        pytest.raises((ProgrammingError, DataError), match=r"app\.brand_id|invalid input syntax"),
        transaction.atomic(),
    ):
        rows(f"SELECT count(*) FROM {table}")  # noqa: S608


def test_raw_sql_sees_one_brand(ours: Tenant, theirs: Tenant) -> None:
    for tenant in (ours, theirs):
        with brand_scope(tenant.brand):
            assert rows("SELECT id FROM brands_brand") == [(tenant.id,)]
            assert rows("SELECT DISTINCT brand_id FROM brands_membership") == [(tenant.id,)]
            assert rows("SELECT count(*) FROM brands_apikey WHERE prefix = %s", ours.key.key.prefix) == [
                (int(tenant is ours),)
            ]


def test_raw_sql_changes_one_brand(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("UPDATE brands_brand SET name = 'Taken' WHERE id = %s", [theirs.id])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM brands_apikey WHERE brand_id = %s", [theirs.id])
        assert cursor.rowcount == 0


def test_a_row_cannot_be_given_to_another_brand(ours: Tenant, theirs: Tenant) -> None:
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with brand_scope(ours.brand):
        with refused, transaction.atomic():
            Membership.objects.create(brand=theirs.brand, user=ours.owner, role="OWNER")
        with refused, transaction.atomic():
            rows("UPDATE brands_apikey SET brand_id = %s RETURNING id", theirs.id)


def test_a_reference_to_another_brands_row_is_refused_even_where_policies_do_not_look(
    committed: None, ours: Tenant, theirs: Tenant
) -> None:
    """PostgreSQL checks references outside row-level security: only the composite key stands here."""
    with brand_scope(ours.brand), pytest.raises(IntegrityError, match="rotated_to_id_brand_fk"):
        rows("UPDATE brands_apikey SET rotated_to_id = %s RETURNING id", theirs.key.key.pk)


def test_the_brand_is_forgotten_when_the_transaction_ends(committed: None, ours: Tenant) -> None:
    """A session-level SET would leak through the pool to the next request."""
    with brand_scope(ours.brand):
        backend = rows("SELECT pg_backend_pid()")
        assert rows("SELECT current_setting('app.brand_id')") == [(str(ours.id),)]
    assert rows("SELECT nullif(current_setting('app.brand_id', true), ''), pg_backend_pid()") == [(None, *backend[0])]


def test_a_rolled_back_scope_leaves_nothing_in_the_connection(committed: None, ours: Tenant) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), brand_scope(ours.brand):
        rows("DELETE FROM brands_auditentry")
    assert rows("SELECT nullif(current_setting('app.brand_id', true), '')") == [(None,)]


def test_a_nested_scope_of_another_brand_is_refused(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(ours.brand):
        with pytest.raises(BrandScopeError, match="refused to enter"), brand_scope(theirs.brand):
            pass
        with brand_scope(ours.brand):
            assert Membership.objects.count() == 6


def test_threads_do_not_share_a_scope(committed: None, ours: Tenant, theirs: Tenant) -> None:
    seen: dict[str, set] = {}
    inside = threading.Barrier(2, timeout=20)

    def look(name: str, tenant: Tenant) -> None:
        with brand_scope(tenant.brand):
            inside.wait()
            seen[name] = set(Membership.objects.values_list("brand_id", flat=True))
        connection.close()

    threads = [threading.Thread(target=look, args=pair) for pair in (("ours", ours), ("theirs", theirs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"ours": {ours.id}, "theirs": {theirs.id}}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET brand_id = brand_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_happened_is_not_rewritten(statement: str, table: str, ours: Tenant) -> None:
    with brand_scope(ours.brand), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(statement.format(table))


def test_the_runtime_role_owns_nothing_and_cannot_lift_the_isolation(ours: Tenant) -> None:
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    for statement in (
        "ALTER TABLE brands_membership DISABLE ROW LEVEL SECURITY",
        "DROP POLICY brand_isolation ON brands_membership",
        "ALTER TABLE brands_membership DISABLE TRIGGER ALL",
        f"SET ROLE {settings.DATABASE_ROLE_PREFIX}_maintenance",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (brand_id uuid)",
        "SET LOCAL row_security = off; SELECT count(*) FROM brands_membership",
    ):
        with brand_scope(ours.brand), pytest.raises(ProgrammingError), transaction.atomic():
            rows(statement)


def test_definer_functions_are_closed_to_everyone_else(db: None) -> None:
    open_to_all = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND (proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(proacl) WHERE grantee = 0))"
    )
    unpinned = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND NOT coalesce('search_path=public, pg_temp' = ANY (proconfig), false)"
    )
    assert (open_to_all, unpinned) == ([], [])


@pytest.mark.parametrize(
    ("program", "role"),
    [
        (["uvicorn", "config.asgi:application", "--port", "0", "--lifespan", "off"], "DATABASE_MAINTENANCE_URL"),
        (["celery", "--app", "config.celery", "worker", "--queues", "none"], "DATABASE_ADMIN_URL"),
        (["django", "migrate", "--database", "default", "--check"], "DATABASE_MAINTENANCE_URL"),
    ],
    ids=["web", "worker", "command"],
)
def test_no_process_works_as_a_role_that_sees_every_brand(program: list[str], role: str, django_db_setup: None) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *program],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": os.environ[role], "DJANGO_SETTINGS_MODULE": "config.settings"},
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "would see every brand" in result.stderr


def test_no_connection_is_kept_whose_role_may_become_one_that_sees_every_brand(db: None) -> None:
    member = sql.Identifier(f"member_{new_id().hex}")
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
        for kind, refused in (("runtime", False), ("maintenance", True), ("owner", True)):
            role = sql.Identifier(f"{settings.DATABASE_ROLE_PREFIX}_{kind}")
            admin.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(member, role))
            admin.execute(sql.SQL("SET LOCAL ROLE {}").format(member))
            assert admin.execute(guard.UNBOUND).fetchone() == (refused,)
            admin.rollback()


class Layers:
    """Turns layers off, to see that each of the others holds alone and that the tests would notice a leak."""

    def __init__(self, tenant: Tenant, other: Tenant) -> None:
        self.tenant, self.other = tenant, other

    def leaked(self, *, orm: bool) -> int:
        """Rows of the other brand that a careless query finds in the tenant's scope."""
        with brand_scope(self.tenant.brand):
            manager = Membership.objects if orm else Membership._base_manager
            return manager.filter(brand_id=self.other.id).count()

    def lift_row_security(self) -> None:
        self._alter("DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY")

    def restore_row_security(self) -> None:
        self._alter("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY")

    def _alter(self, *actions: str) -> None:
        with psycopg.connect(os.environ["DATABASE_MIGRATE_URL"], autocommit=True) as owner:
            owner.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"{settings.DATABASE_ROLE_PREFIX}_owner")))
            for action in actions:
                owner.execute(f"ALTER TABLE brands_membership {action}")


@pytest.fixture
def layers(committed: None, ours: Tenant, theirs: Tenant):
    layers = Layers(ours, theirs)
    yield layers
    layers.restore_row_security()


def test_with_the_orm_layer_off_the_rows_layer_holds(layers: Layers) -> None:
    assert layers.leaked(orm=False) == 0


def test_with_the_rows_layer_off_the_orm_layer_holds(layers: Layers) -> None:
    layers.lift_row_security()
    assert layers.leaked(orm=True) == 0


def test_with_both_off_the_leak_is_seen(layers: Layers) -> None:
    layers.lift_row_security()
    assert layers.leaked(orm=False) == 6


def test_with_the_address_layer_off_the_leak_is_seen(
    monkeypatch: pytest.MonkeyPatch, ours: Tenant, theirs: Tenant
) -> None:
    """Everything below trusts the brand in the address; so the address must be checked, and is."""
    outsider = client_for(theirs.owner)
    assert outsider.get(ours.url).status_code == 404
    monkeypatch.setattr(BrandAPIView, "_actor", lambda view, brand_id: system_actor(brand_id))
    assert outsider.get(ours.url).status_code == 200


@pytest.mark.parametrize("model", [Membership, ApiKey, Invitation, AuditEntry, DomainEvent])
def test_the_orm_asks_for_a_brand_before_the_database_does(model: type, django_assert_num_queries, db: None) -> None:
    with django_assert_num_queries(0):
        for careless in (model.objects.all, lambda: model.objects.filter(pk=new_id())):
            with pytest.raises(BrandScopeError, match="No brand"):
                list(careless())
