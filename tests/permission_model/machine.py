"""People, keys and guests who try everything, in any order, and what must hold after each step.

1. can() and visible() say the same of every row of every model, the explanation says it too, and all say what the
   oracle works out from the rows. So what is revoked, or ends, counts at once.
2. Nobody comes to have a right by what somebody does who lacks it: not the one who acts, not anybody else.
3. Whatever is refused is refused by an error that callers may see.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from ai_studio.models import Artifact, Collection, CollectionItem, Generation, GenerationTag
from ai_studio.services import collection_items, collections
from analytics.models import AnalyticsReport
from brands.choices import Permission, Role
from brands.errors import AtelierError
from brands.models import ApiKey, CustomRole, Grant, Group, GroupMember, GuestSession, Membership, ShareLink
from brands.permissions import CAPABILITIES, RESOURCE_CAPABILITIES, Actor, can, can_among, visible
from brands.services import actors, api_keys, explanations, grants, groups, members, restrictions, roles
from brands.services.api_keys import Credential
from brands.services.grants import Given, Holder
from brands.services.guests import GuestCredential
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import Tenant
from tests.guests import guest_of
from tests.permission_model import oracle
from tests.permission_model.oracle import BRAND, Rights, Thing

MODELS: dict[str, type[Any]] = {
    "AI_GENERATION": Generation,
    "COLLECTION": Collection,
    "ANALYTICS_REPORT": AnalyticsReport,
}
# What belongs to generations.
PARTS: tuple[type[Any], ...] = (Artifact, CollectionItem, GenerationTag)

# They mean nothing on anything else.
OF_REPORTS = frozenset({"analytics.view", "analytics.edit", "analytics.export"})
Gift = tuple[str, int, int, bool]  # the kind of the holder, which one, on what, and whether for an hour only

number = st.integers(0, 40)
some = st.lists(st.sampled_from(sorted(CAPABILITIES)), min_size=1, max_size=6, unique=True)
of_resources = st.sampled_from(sorted(RESOURCE_CAPABILITIES))
looks = st.tuples(number, st.one_of(of_resources, of_resources, st.sampled_from(sorted(CAPABILITIES))))
gifts = st.tuples(st.sampled_from(["membership", "membership", "group", "api_key"]), number, number, st.booleans())
permissions = st.lists(st.sampled_from(Permission.values), min_size=1, max_size=3, unique=True)


@dataclass(frozen=True)
class World:
    """Two brands; in ours, what people have rights on."""

    ours: Tenant
    theirs: Tenant
    things: tuple[Thing, ...]
    foreign: Actor


def make_world(ours: Tenant, theirs: Tenant) -> World:
    with brand_scope(ours.brand):
        first, second = studio.finished(ours), studio.generation(ours)
        shared = studio.collection(ours, first, visibility="BRAND")
        private = studio.collection(ours, second, owner=ours.editor)
        GenerationTag.objects.create(brand=ours.brand, generation=first, name="mug", number=1)
        report = AnalyticsReport.objects.create(brand=ours.brand, created_by=ours.owner, name="R", kind="COHORTS")
        group = Group.objects.create(brand=ours.brand, name="Agency")
        sharer = {"name": "Sharer", "capabilities": ["asset.view", "asset.share", "brand.view", "member.view"]}
        manager = {"name": "Manager", "capabilities": ["role.manage", "apikey.manage", "asset.view", "member.view"]}
        for facts in (sharer, manager):
            CustomRole.objects.create(brand=ours.brand, **facts)
        reviewer = Membership.objects.get(user=ours.reviewer)
        GroupMember.objects.create(brand=ours.brand, group=group, membership=reviewer)
    guest_of(ours, "AI_GENERATION", first, Permission.VIEW, Permission.COMMENT)
    guest_of(ours, "COLLECTION", shared, Permission.VIEW, Permission.DOWNLOAD)
    of = {"AI_GENERATION": [first, second], "COLLECTION": [shared, private], "ANALYTICS_REPORT": [report]}
    things = tuple((kind, row.pk) for kind, rows in of.items() for row in rows)
    return World(ours, theirs, things, theirs.actor(Role.OWNER))


class Permissions(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(brand_scope(self.world.ours.brand))
        self.atomic = self.stack.enter_context(transaction.atomic())
        self.rights: Rights = oracle.rights(self.world.things)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    # --- what people do -----------------------------------------------------------------------------------

    @rule(by=number, gift=gifts, role=st.sampled_from(Role.values), look=looks)
    def give_a_role(self, by: int, gift: Gift, role: str, look: Any) -> None:
        self.give(by, gift, Given(role=role), look)

    @rule(by=number, gift=gifts, permissions=permissions, look=looks)
    def give_permissions(self, by: int, gift: Gift, permissions: Any, look: Any) -> None:
        self.give(by, gift, Given(permissions=permissions), look)

    @rule(by=number, gift=gifts, role=number, look=looks)
    def give_a_role_of_ours(self, by: int, gift: Gift, role: int, look: Any) -> None:
        if (chosen := self.one(CustomRole, role)) is not None:
            self.give(by, gift, Given(custom_role=chosen.pk), look)

    @rule(by=number, grant=number, look=looks)
    def revoke(self, by: int, grant: int, look: Any) -> None:
        if (found := self.one(Grant, grant)) is not None:
            self.act(by, lambda actor: grants.revoke(actor=actor, grant=found), look)

    @rule(by=number, grant=number, soon=st.booleans(), look=looks)
    def prolong(self, by: int, grant: int, soon: Any, look: Any) -> None:
        end = timezone.now() + timedelta(hours=2) if soon else None
        if (found := self.one(Grant, grant)) is not None:
            self.act(by, lambda actor: grants.change(actor=actor, grant=found, expires_at=end), look)

    @rule(by=number, on=number, look=looks)
    def restrict(self, by: int, on: int, look: Any) -> None:
        kind, pk = self.thing(on)
        self.act(by, lambda actor: restrictions.restrict(actor=actor, resource_type=kind, resource_id=pk), look)

    @rule(by=number, on=number, look=looks)
    def lift(self, by: int, on: int, look: Any) -> None:
        kind, pk = self.thing(on)
        do = lambda actor: restrictions.lift(actor=actor, resource_type=kind, resource_id=pk)  # noqa: E731
        self.act(by, do, look, opens=True)

    @rule(by=number, capabilities=some, look=looks)
    def make_a_role(self, by: int, capabilities: Any, look: Any) -> None:
        name = f"Role {CustomRole.objects.count()} {len(self.rights)}"
        self.act(by, lambda actor: roles.create(actor=actor, name=name, capabilities=capabilities), look)

    @rule(by=number, role=number, capabilities=some, look=looks)
    def change_a_role(self, by: int, role: int, capabilities: Any, look: Any) -> None:
        if (found := self.one(CustomRole, role)) is not None:
            wanted = sorted({*found.capabilities, *capabilities})
            self.act(by, lambda actor: roles.change(actor=actor, role=found, capabilities=wanted), look)

    @rule(by=number, role=number, look=looks)
    def delete_a_role(self, by: int, role: int, look: Any) -> None:
        if (found := self.one(CustomRole, role)) is not None:
            self.act(by, lambda actor: roles.delete(actor=actor, role=found), look)

    @rule(by=number, of=number, role=st.sampled_from(Role.values), look=looks)
    def change_a_members_role(self, by: int, of: int, role: str, look: Any) -> None:
        if (found := self.one(Membership, of)) is not None:
            self.act(by, lambda actor: members.change_role(actor=actor, membership=found, role=role), look)

    @rule(by=number, of=number, role=number, look=looks)
    def give_a_member_a_role_of_ours(self, by: int, of: int, role: int, look: Any) -> None:
        found, chosen = self.one(Membership, of), self.one(CustomRole, role)
        if found is not None and chosen is not None:
            do = lambda actor: members.change_role(actor=actor, membership=found, custom_role=chosen.pk)  # noqa: E731
            self.act(by, do, look)

    @rule(by=number, of=number, look=looks)
    def remove_a_member(self, by: int, of: int, look: Any) -> None:
        found = self.one(Membership, of)
        if found is not None and Membership.objects.count() > 4:
            self.act(by, lambda actor: members.remove(actor=actor, membership=found), look)

    @rule(by=number, of=number, look=looks)
    def let_into_the_group(self, by: int, of: int, look: Any) -> None:
        group, found = self.one(Group, 0), self.one(Membership, of)
        if group is not None and found is not None:
            self.act(by, lambda actor: groups.add(actor=actor, group=group, members=[found.pk]), look)

    @rule(by=number, of=number, look=looks)
    def take_out_of_the_group(self, by: int, of: int, look: Any) -> None:
        group, found = self.one(Group, 0), self.one(Membership, of)
        if group is not None and found is not None:
            self.act(by, lambda actor: groups.remove(actor=actor, group=group, membership_id=found.pk), look)

    @rule(by=number, into=number, what=number, look=looks)
    def put_into_a_collection(self, by: int, into: int, what: int, look: Any) -> None:
        where, put = self.one(Collection, into), self.one(Generation, what)
        do = lambda actor: collection_items.add(actor=actor, collection=where, generations=[put.pk])  # noqa: E731
        self.act(by, do, look)

    @rule(by=number, into=number, what=number, look=looks)
    def take_out_of_a_collection(self, by: int, into: int, what: int, look: Any) -> None:
        where, put = self.one(Collection, into), self.one(Generation, what)
        do = lambda actor: collection_items.remove(actor=actor, collection=where, generation_id=put.pk)  # noqa: E731
        self.act(by, do, look)

    @rule(by=number, which=number, visibility=st.sampled_from(["BRAND", "PRIVATE"]), look=looks)
    def share_or_hide_a_collection(self, by: int, which: int, visibility: str, look: Any) -> None:
        found = self.one(Collection, which)
        do = lambda actor: collections.change(actor=actor, collection=found, visibility=visibility)  # noqa: E731
        self.act(by, do, look, opens=True)

    @precondition(lambda self: ApiKey.objects.count() < 4)
    @rule(by=number, scopes=st.one_of(some, st.just(["*"])), look=looks)
    def make_a_key(self, by: int, scopes: Any, look: Any) -> None:
        name, actor = self.actor(by)
        if actor.user_id is None or "apikey.manage" not in actor.capabilities:  # the view's door
            return
        made: list[Any] = []

        def do(actor: Actor) -> None:
            maker = Membership.objects.select_related("user").get(pk=actor.membership_id).user
            made.append(api_keys.issue(actor=actor, name="a key", scopes=scopes, created_by=maker))

        before = self.rights[name]
        self.act(by, do, look)
        for issued in made:
            for thing, held in self.rights.get(f"key {issued.key.pk}", {}).items():
                assert held <= before[thing], f"{name} made a key that may {held - before[thing]} on {thing}"

    # --- what happens -------------------------------------------------------------------------------------

    @rule(grant=number, look=looks)
    def a_grant_expires(self, grant: int, look: Any) -> None:
        if (found := self.one(Grant, grant)) is not None:
            Grant.objects.filter(pk=found.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
            self.check("nobody", frozenset(), look)

    @rule(link=number, look=looks)
    def a_link_is_revoked(self, link: int, look: Any) -> None:
        if (found := self.one(ShareLink, link)) is not None:
            ShareLink.objects.filter(pk=found.pk).update(revoked_at=timezone.now())
            self.check("nobody", frozenset(), look)

    # --- how --------------------------------------------------------------------------------------------------

    def give(self, by: int, gift: Gift, given: Given, look: Any) -> None:
        kind, to, on, soon = gift
        holder = self.one({"membership": Membership, "group": Group, "api_key": ApiKey}[kind], to)
        where = (*self.world.things, BRAND)[on % (len(self.world.things) + 1)]
        facts: dict[str, Any] = {"given": given, "expires_at": timezone.now() + timedelta(hours=1) if soon else None}
        if where != BRAND:
            facts |= {"resource_type": where[0], "resource_id": where[1]}
        if holder is not None:
            self.act(by, lambda actor: grants.create(actor=actor, holder=Holder(kind, holder.pk), **facts), look)

    def act(self, by: int, do: Callable[[Actor], object], look: Any, *, opens: bool = False) -> None:
        """`opens`: what it lets others inherit was given to them by whoever gave them their roles."""
        name, actor = self.actor(by)
        if actor.is_guest:  # no door of the API leads guests to any of this
            return
        try:
            with transaction.atomic():
                do(actor)
        except AtelierError:
            pass
        self.check(name, actor.capabilities, look, opens=opens)

    def check(self, name: str, everywhere: frozenset[str], look: Any, *, opens: bool = False) -> None:
        before, self.rights = self.rights, oracle.rights(self.world.things)
        mine = before.get(name, {})
        manages = "member.manage" in everywhere
        for who, on in self.rights.items():
            for thing, held in on.items() if who in before else ():
                gained = held - before[who][thing]
                if thing[0] in ("AI_GENERATION", "COLLECTION"):
                    gained -= OF_REPORTS
                if manages:
                    gained -= everywhere  # such as what a group has that they let somebody into
                if opens and who != name and not _is_of(who, name):
                    continue
                assert not (beyond := gained - mine.get(thing, frozenset())), (
                    f"{who} gained {beyond} on {thing} by {name}"
                )
        self.look(*look)

    def look(self, who: int, capability: str) -> None:
        """One pair of eyes at everything there is."""
        name, actor = self.actor(who)
        may = {thing for thing, held in self.rights[name].items() if capability in held}
        for kind, model in MODELS.items():
            self.compare(actor, capability, model.objects.all(), {pk for type_, pk in may if type_ == kind})
            assert not visible(self.world.foreign, capability, model.objects.all()).exists()
        part = PARTS[who % len(PARTS)]
        shown = not (actor.is_guest and part is GenerationTag)
        rows = part.objects.all()
        below = {row.pk for row in rows if shown and ("AI_GENERATION", row.generation_id) in may}
        self.compare(actor, capability, rows, below)
        if not actor.is_guest:
            self.compare_explanation(actor, capability, self.thing(who), self.rights[name])

    def compare(self, actor: Actor, capability: str, rows: Any, wanted: set[Any]) -> None:
        what = f"{actor.kind} {actor.id} {capability} {rows.model.__name__}"
        assert set(visible(actor, capability, rows).values_list("pk", flat=True)) == wanted, f"visible: {what}"
        assert {row.pk for row in rows if can(actor, capability, row)} == wanted, f"can: {what}"
        assert can_among(actor, capability, rows.model, [row.pk for row in rows]) == wanted, f"can_among: {what}"

    def compare_explanation(self, actor: Actor, capability: str, thing: Thing, held: Any) -> None:
        kind, pk = thing
        row = MODELS[kind].objects.get(pk=pk)
        facts = explanations.facts_about(subject=explanations.own(actor), code=kind, row=row)
        assert facts.allows(capability) == (capability in held[thing]), f"explained: {actor.id} {capability} {thing}"

    def actor(self, index: int) -> tuple[str, Actor]:
        """Somebody, with the rights that they have now."""
        names = sorted(self.rights)
        name = names[index % len(names)]
        kind, _, pk = name.partition(" ")
        brand_id = self.world.ours.id
        if kind == "member":
            return name, actors.for_membership(brand_id=brand_id, membership_id=pk)  # type: ignore[arg-type]
        if kind == "key":
            key = ApiKey.objects.select_related("created_by").get(pk=pk)
            said = Credential(key.pk, brand_id, key.name, tuple(key.scopes), key.created_by)
            return name, actors.for_key(brand_id=brand_id, credential=said)
        session = GuestSession.objects.get(link=pk)
        return name, actors.for_guest(
            brand_id=brand_id, credential=GuestCredential(session.pk, brand_id, session.link_id, "")
        )

    def one(self, model: type[Any], index: int) -> Any:
        rows = list(model.objects.order_by("id"))
        return rows[index % len(rows)] if rows else None

    def thing(self, index: int) -> Thing:
        return self.world.things[index % len(self.world.things)]


def _is_of(who: str, name: str) -> bool:
    """A key of the person who acts, or the person whose key acts."""
    owners = {f"key {key.pk}": key.created_by_id for key in ApiKey.objects.all()}
    owners |= {f"member {each.pk}": each.user_id for each in Membership.objects.all()}
    return who in owners and owners.get(who) == owners.get(name)
