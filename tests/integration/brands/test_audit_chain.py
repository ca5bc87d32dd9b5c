"""The chain of audit entries: made by whoever commits, and broken by nobody unnoticed."""

import io
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg import sql

from brands import audit
from brands.audit_chain import FIRST
from brands.models import ApiKey, AuditChain, AuditEntry, Brand, User
from brands.permissions import system_actor
from brands.services import audit_verification
from brands.services.audit_verification import Verified
from brands.tasks import watch_audit
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.waiting import wait_until

# A copy of an entry under another number, with what makes it look sealed.
FORGE = """
    INSERT INTO brands_auditentry (id, brand_id, actor_kind, actor_id, actor_label, action, object_type, object_id,
        details, ip, request_id, at, seq, prev_hash, hash)
    SELECT uuidv7(), brand_id, actor_kind, actor_id, actor_label, 'forged', object_type, object_id, details, ip,
        request_id, at, {sealed} FROM brands_auditentry WHERE seq = {of} AND brand_id = %(brand)s
"""
# What it is found as, and what is done to a chain of six by the tables' owner, past all triggers.
TAMPERING = {
    "a detail is changed": ["changed: entry 3", "UPDATE ENTRY 3 SET details = '{}'"],
    "another did it": ["changed: entry 1", "UPDATE ENTRY 1 SET actor_label = 'me'"],
    "it was at another time": ["changed: entry 6", "UPDATE ENTRY 6 SET at = at - interval '1 us'"],
    "one is deleted": ["missing: entry 3", "DELETE FROM ENTRY 3"],
    "the first is deleted": ["missing: entry 1", "DELETE FROM ENTRY 1"],
    "the last is deleted": ["cut off: entry 6", "DELETE FROM ENTRY 6"],
    "all are deleted": ["cut off: entry 1", "DELETE FROM ENTRY seq"],
    "two swap numbers": [
        "reordered: entry 3 was entry 4",
        "UPDATE ENTRY 3 SET seq = 99",
        "UPDATE ENTRY 4 SET seq = 3",
        "UPDATE ENTRY 99 SET seq = 4",
    ],
    "two swap what they say": [
        "changed: entry 3",
        "UPDATE ENTRY 3 SET details = '{\"number\": 3}'",
        "UPDATE ENTRY 4 SET details = '{\"number\": 2}'",
    ],
    "one is put in without a number": ["forged: row", FORGE.format(of=4, sealed="NULL, '', ''")],
    "one is added": [
        "forged: entry 7",
        FORGE.format(of=6, sealed="7, hash, hash"),
        "UPDATE ENTRY 7 SET hash = brands_audit_hash(brands_auditentry)",
    ],
    "one is replaced and hashed anew": [
        "forked: entry 4 does not continue entry 3",
        "UPDATE ENTRY 3 SET action = 'forged'",
        "UPDATE ENTRY 3 SET hash = brands_audit_hash(brands_auditentry)",
    ],
    "the end is moved": ["forged: entry 6", "UPDATE brands_auditchain SET length = 5 WHERE brand_id = %(brand)s"],
    "the end is another": [
        "the end disagrees: entry 6",
        "UPDATE brands_auditchain SET hash = repeat('a', 64) WHERE brand_id = %(brand)s",
    ],
    "the end is gone": ["the end disagrees: there is none", "DELETE FROM brands_auditchain WHERE brand_id = %(brand)s"],
}


@contextmanager
def as_owner() -> Iterator[psycopg.Connection]:
    """Past the triggers: they sleep until the end."""
    with psycopg.connect(os.environ["DATABASE_MIGRATE_URL"]) as owner:
        role = sql.Identifier(f"{os.environ['DATABASE_ROLE_PREFIX']}_owner")
        owner.execute(sql.SQL("SET ROLE {}; ALTER TABLE brands_auditentry DISABLE TRIGGER USER").format(role))
        yield owner
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute("ALTER TABLE brands_auditentry ENABLE TRIGGER USER")


def tamper(brand: Brand, *statements: str) -> None:
    with as_owner() as owner:
        for statement in statements:
            assert owner.execute(in_sql(statement), {"brand": brand.id}).rowcount > 0


def in_sql(statement: str) -> bytes:
    """`UPDATE ENTRY 3 SET …`: the one with that number."""
    words = re.sub(r"ENTRY (\w+)(.*)", r"brands_auditentry \2 WHERE seq = \1 AND brand_id = %(brand)s", statement)
    return words.encode()


def record(brand: Brand, n: int = 1, **details: Any) -> None:
    for _ in range(n):
        audit.record(actor=system_actor(brand.id), action="thing.done", obj=brand, **details)


def chain_of(entries: int) -> Brand:
    """A brand that has no more than that, all in one transaction."""
    brand_id = new_id()
    with brand_scope(brand_id):
        brand = Brand.objects.create(id=brand_id, name="Chained", slug=f"chained-{brand_id.hex}")
        for n in range(entries):
            record(brand, n=1, number=n)
    return brand


def found(brand: Brand | Tenant) -> Verified:
    (verified,) = audit_verification.verify(brand_id=brand.id)
    return verified


def parallel(works: list[Callable[[], None]]) -> None:
    """Each in a thread of its own, all at once; raises what one of them did."""
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if failures:
        raise failures[0]


def test_whoever_tampers_is_noticed_and_the_first_broken_entry_is_named(
    committed: None, subtests: pytest.Subtests
) -> None:
    untouched = chain_of(2)
    for what, (finding, *statements) in TAMPERING.items():
        with subtests.test(what):
            brand = chain_of(6)
            assert found(brand).finding == ""
            tamper(brand, *statements)
            assert found(brand).finding.startswith(finding)
    assert found(untouched) == Verified(untouched.id, 2, found(untouched).hash, "")


def test_the_database_refuses_a_second_entry_of_a_number_and_without_that_rule_it_is_noticed(committed: None) -> None:
    brand = chain_of(6)
    fork = FORGE.format(of=4, sealed="4, prev_hash, hash")
    with pytest.raises(psycopg.errors.UniqueViolation, match="audit_seq_once"):
        tamper(brand, fork)
    rule = "ALTER TABLE brands_auditentry {} CONSTRAINT audit_seq_once {}"
    with as_owner() as owner:
        owner.execute(rule.format("DROP", "").encode())
        owner.execute(in_sql(fork), {"brand": brand.id})
    try:
        assert found(brand).finding.startswith("forked: there is another entry 4, row ")
    finally:
        tamper(brand, "DELETE FROM brands_auditentry WHERE action = 'forged' AND brand_id = %(brand)s")
        with as_owner() as owner:
            owner.execute(rule.format("ADD", "UNIQUE (brand_id, seq)").encode())
    assert found(brand).finding == ""


def test_every_night_what_is_broken_is_noted_and_logged(committed: None, caplog: pytest.LogCaptureFixture) -> None:
    sound, broken = chain_of(3), chain_of(3)
    tamper(broken, "DELETE FROM ENTRY 2")
    watch_audit()
    with brand_scope(sound):
        assert AuditChain.objects.get().finding == ""
    with brand_scope(broken):
        assert AuditChain.objects.get().finding.startswith("missing: entry 2")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"the audit chain of brand {broken.id} is broken: {found(broken).finding}"
    ]


def test_the_command_tells_each_chain_and_fails_when_one_is_broken(committed: None) -> None:
    sound, broken, empty = chain_of(3), chain_of(3), chain_of(0)

    def told(**options: object) -> str:
        call_command("verify_audit", stdout=out, **options)
        return out.getvalue()

    out = io.StringIO()
    assert f"brand {sound.id}: 3 entries, last {found(sound).hash}: unbroken\n" in told()
    assert f"brand {empty.id}: 0 entries, last {FIRST}: unbroken\n" in out.getvalue()
    tamper(broken, "DELETE FROM ENTRY 2")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 3 chains are broken") as failed:
        told()
    assert failed.value.returncode == 1
    assert f"brand {broken.id}: 1 entries" in out.getvalue()
    assert "broken after 1 entries: missing: entry 2 is gone" in out.getvalue()
    assert "1 chains are unbroken." in told(brand=str(sound.id))
    for wrong in (str(new_id()), "nobody"):
        with pytest.raises(CommandError):
            call_command("verify_audit", "--brand", wrong)
    for brand, state in ((sound, "UTC: 3 unbroken"), (broken, "UTC: broken: missing: entry 2 is gone")):
        with brand_scope(brand):
            assert AuditChain.objects.get().state.endswith(state)


def test_twenty_writers_at_once_make_one_chain(committed: None) -> None:
    ours, theirs = chain_of(0), chain_of(0)
    start = threading.Barrier(20, timeout=20)

    def write(n: int) -> None:
        start.wait()
        for turn in range(5):
            with brand_scope(theirs if (n + turn) % 4 == 0 else ours) as brand_id:
                record(ours if brand_id == ours.id else theirs, n=1 + turn % 2, turn=turn)
                with transaction.atomic():
                    record(ours if brand_id == ours.id else theirs)
                    transaction.set_rollback(True)
                transaction.set_rollback(turn == n % 5)  # a fifth gives up

    parallel([partial(write, n) for n in range(20)])
    kept = [0, 0]
    for n in range(20):
        for turn in range(5):
            if turn != n % 5:
                kept[(n + turn) % 4 == 0] += 1 + turn % 2
    for brand, entries in zip((ours, theirs), kept, strict=True):
        assert (found(brand).entries, found(brand).finding) == (entries, "")


def test_who_has_audited_and_goes_on_keeps_nobody_waiting(committed: None) -> None:
    brand = chain_of(0)

    def other() -> None:
        with brand_scope(brand):
            record(brand, who="other")

    with brand_scope(brand):
        record(brand, who="first")
        parallel([other])
    with brand_scope(brand):
        assert list(AuditEntry.objects.order_by("seq").values_list("seq", "details")) == [
            (1, {"who": "other"}),
            (2, {"who": "first"}),
        ]


def test_a_commit_waits_for_rows_before_it_takes_the_chain(committed: None, ours: Tenant) -> None:
    """The first makes, after it has audited, a row that refers to a person whom the second holds; and the second then
    audits, too. Whoever took the chain before it looked at its references would be in a deadlock here."""
    held, commits = threading.Event(), threading.Event()
    fields = {"brand": ours.brand, "name": "k", "last4": "0", "scopes": ["*"]}

    def first() -> None:
        assert held.wait(20)
        with brand_scope(ours.brand):
            record(ours.brand)
            ApiKey.objects.create(prefix="waits", created_by=ours.viewer, **fields)
            commits.set()

    def is_waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return cursor.fetchone()[0] > 0

    def second() -> None:
        with brand_scope(ours.brand):
            User.objects.select_for_update().get(pk=ours.viewer.pk)
            held.set()
            assert commits.wait(20)
            wait_until(is_waiting, "the first waits for the person", seconds=20)
            record(ours.brand)

    before = found(ours).entries
    parallel([first, second])
    assert (found(ours).entries, found(ours).finding) == (before + 2, "")


def test_the_runtime_role_gives_no_numbers_and_does_not_move_the_end(committed: None) -> None:
    brand = chain_of(1)
    junk = {"seq": 999, "prev_hash": "a" * 64, "hash": "b" * 64}
    with brand_scope(brand):
        AuditEntry.objects.create(
            brand=brand, actor_kind="USER", action="x", object_type="x", object_id="1", at="2026-01-01T00:00Z", **junk
        )
    assert (found(brand).entries, found(brand).finding) == (2, "")
    with brand_scope(brand), pytest.raises(ProgrammingError, match="permission denied"):
        AuditChain.objects.create(brand=brand, length=9, hash="a" * 64)
    with brand_scope(brand), pytest.raises(IntegrityError, match="audit_sealed_or_not"):
        AuditEntry.objects.create(
            brand=brand, actor_kind="USER", action="x", object_type="x", object_id="1", at="2026-01-01T00:00Z", seq=3
        )


def test_entries_from_before_there_were_chains_are_chained_in_their_order(committed: None) -> None:
    brands = [chain_of(3), chain_of(0), chain_of(2)]
    with as_owner() as owner:
        owner.execute("UPDATE brands_auditentry SET seq = NULL, prev_hash = '', hash = ''")
        owner.execute("DELETE FROM brands_auditchain")
        owner.execute(import_module("brands.migrations.0008_audit_chain").CHAIN)
    for brand, entries in zip(brands, (3, 0, 2), strict=True):
        assert (found(brand).entries, found(brand).finding) == (entries, "")
        with brand_scope(brand):
            record(brand)
            assert list(AuditEntry.objects.order_by("id").values_list("details__number", flat=True)) == [
                *range(entries),
                None,
            ]
        assert (found(brand).entries, found(brand).finding) == (entries + 1, "")
