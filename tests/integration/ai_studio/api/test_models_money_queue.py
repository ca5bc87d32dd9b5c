"""Models, quota, budget, ledger and queue."""

from decimal import Decimal

import pytest

from ai_studio.choices import Status
from ai_studio.models import Budget, StudioSettings
from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for
from tests.integration.money import pricing

WISH = {"type": "IMAGE_2D", "prompt": "a red mug"}


@pytest.fixture
def client(ours):
    return client_for(ours.key)


class TestModels:
    @pytest.fixture
    def local(self, ours, client):
        def fetch():
            models = client.get(studio.url(ours, "models/")).json()["results"]
            (model,) = (model for model in models if model["provider"] == "local")
            return model

        return fetch

    def test_a_model_says_what_it_makes_and_what_that_costs(self, local):
        model = local()
        assert (model["provider"], model["name"]) == ("local", "atelier-local-1")
        assert model["types"] == ["IMAGE_2D", "MODEL_3D", "ANIMATION", "TEMPLATE"]
        prices = {(p["type"], p["quality"]): (p["base_usd"], p["second_usd"]) for p in model["prices"]}
        assert len(prices) == 12
        assert prices["IMAGE_2D", "standard"] == ("0.080000", "0.000000")
        assert prices["MODEL_3D", "high"] == ("0.225000", "0.000000")
        assert prices["ANIMATION", "ultra"] == ("0.400000", "0.020000")

    def test_the_price_is_what_is_then_held(self, ours, client, local):
        price = next(p for p in local()["prices"] if (p["type"], p["quality"]) == ("ANIMATION", "high"))
        wish = {"type": "ANIMATION", "prompt": "a ball", "parameters": {"quality": "high", "duration_seconds": "4"}}
        held = client.post(studio.url(ours, "generations/"), wish).json()["estimated_cost_usd"]
        assert Decimal(held) == Decimal(price["base_usd"]) + 4 * Decimal(price["second_usd"])

    def test_a_model_with_prices_shows_their_rows_and_an_estimate(self, ours, client, provider):
        pricing.table()
        models = client.get(studio.url(ours, "models/")).json()["results"]
        (priced,) = [model for model in models if model["provider"] == "priced"]
        prices = {(price["type"], price["quality"]): price for price in priced["prices"]}
        assert prices["IMAGE_2D", "standard"]["estimate_usd"] == "0.060000"
        assert prices["IMAGE_2D", "high"]["estimate_usd"] == "0.070000"
        assert prices["IMAGE_2D", "high"]["base_usd"] is None
        (row,) = [row for row in prices["IMAGE_2D", "high"]["rows"] if row["unit"] == "image"]
        assert (row["unit_price_usd"], row["source_url"]) == ("0.070000", "https://example.com/prices")

    def test_a_model_whose_price_nobody_knows_is_refused_and_nothing_is_held(self, ours, client, provider):
        pricing.table()
        wish = WISH | {"provider": "priced", "parameters": {"extras": {"demand": {"second": "4"}}}}
        refused = client.post(studio.url(ours, "generations/"), wish)
        assert (refused.status_code, refused.json()["code"]) == (422, "price_unknown")
        assert "second" in refused.json()["errors"]["model"][0]
        assert Decimal(client.get(studio.url(ours, "budget/")).json()["reserved_usd"]) == 0

    def test_what_was_never_made_is_not_measured(self, local):
        assert set(local()["measured"].values()) == {None}

    def test_time_and_success_are_measured_in_this_brand(self, ours, theirs, local):
        for seconds in (1, 2, 3, 4, 10):
            studio.generation(ours, status=Status.COMPLETED, seconds=seconds)
        studio.generation(ours, status=Status.FAILED)
        studio.generation(ours, status=Status.CANCELLED)
        studio.generation(theirs, status=Status.FAILED)
        assert local()["measured"]["IMAGE_2D"] == {
            "completed": 5,
            "failed": 1,
            "success_rate": pytest.approx(5 / 6),
            "p50_seconds": 3.0,
            "p95_seconds": pytest.approx(8.8),
        }

    def test_without_a_success_there_is_a_rate_and_no_time(self, ours, local):
        studio.generation(ours, status=Status.FAILED)
        measured = local()["measured"]["IMAGE_2D"]
        assert (measured["success_rate"], measured["p50_seconds"], measured["p95_seconds"]) == (0.0, None, None)


class TestMoney:
    def test_my_quota(self, ours, client):
        client.post(studio.url(ours, "generations/"), WISH)
        body = client.get(studio.url(ours, "quota/")).json()
        assert (body["limit_generations"], body["used_generations"]) == (100, 1)
        assert (body["limit_usd"], body["spent_usd"], body["reserved_usd"]) == ("500.000000", "0.000000", "0.080000")
        other = client_for(ours.editor).get(studio.url(ours, "quota/")).json()
        assert other["used_generations"] == 0

    def test_the_brands_budget(self, ours, client):
        client.post(studio.url(ours, "generations/"), WISH)
        body = client.get(studio.url(ours, "budget/")).json()
        assert (body["limit_usd"], body["spent_usd"], body["reserved_usd"]) == ("500.000000", "0.000000", "0.080000")

    def test_the_budget_is_limited_for_this_month_and_the_next(self, ours, theirs, client):
        client.post(studio.url(ours, "generations/"), WISH)
        answer = client.patch(studio.url(ours, "budget/"), {"limit_usd": "0.10"})
        assert (answer.status_code, answer.json()["limit_usd"]) == (200, "0.100000")
        assert client.post(studio.url(ours, "generations/"), WISH).status_code == 402
        with brand_scope(ours.brand):
            assert Budget.objects.get().limit_usd == StudioSettings.objects.get().monthly_budget_usd == Decimal("0.10")
            entry = AuditEntry.objects.get(action="budget.limit_set")
            assert entry.details == {"before_usd": "500.000000", "after_usd": "0.100000"}
        with brand_scope(theirs.brand):
            assert StudioSettings.objects.get().monthly_budget_usd == 500

    @pytest.mark.parametrize("limit", ["-1", "NaN", "Infinity", "1e9", "0.0000001", None, True, [], "much"])
    def test_a_bad_limit_is_refused(self, ours, client, limit):
        answer = client.patch(studio.url(ours, "budget/"), {"limit_usd": limit}, format="json")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit_usd"])

    @pytest.mark.parametrize(
        ("role", "may_see", "may_limit"),
        [("VIEWER", False, False), ("ANALYST", True, False), ("EDITOR", True, False), ("ADMIN", True, True)],
    )
    def test_who_may_see_and_limit_the_budget(self, ours, role, may_see, may_limit):
        person = client_for(ours.person(role))
        seen = {person.get(studio.url(ours, path)).status_code for path in ("budget/", "ledger/")}
        assert seen == {200 if may_see else 403}
        limited = person.patch(studio.url(ours, "budget/"), {"limit_usd": "1"})
        assert limited.status_code == (200 if may_limit else 403)

    def test_the_ledger_tells_every_movement(self, ours, theirs, client):
        made = client.post(studio.url(ours, "generations/"), WISH).json()["id"]
        client_for(theirs.key).post(studio.url(theirs, "generations/"), WISH)
        client.post(studio.url(ours, f"generations/{made}/cancel/"))
        rows = client.get(studio.url(ours, "ledger/")).json()["results"]
        assert [(row["kind"], row["amount_usd"], row["generation"]) for row in rows] == [
            ("RELEASE", "0.080000", made),
            ("HOLD", "0.080000", made),
        ]
        assert {row["user"] for row in rows} == {ours.owner.pk}

    def test_the_ledger_can_be_filtered(self, ours, client):
        first, second = (client.post(studio.url(ours, "generations/"), WISH).json()["id"] for _ in range(2))
        client.post(studio.url(ours, f"generations/{second}/cancel/"))
        for query, found in (
            (f"generation={first}", ["HOLD"]),
            ("kind=RELEASE", ["RELEASE"]),
            (f"user={ours.owner.pk}&kind=HOLD", ["HOLD", "HOLD"]),
            ("month_date=2020-01-01", []),
        ):
            rows = client.get(studio.url(ours, f"ledger/?{query}")).json()["results"]
            assert [row["kind"] for row in rows] == found
        assert client.get(studio.url(ours, "ledger/?kind=GIFT")).status_code == 400

    def test_the_ledger_cannot_be_written(self, ours, client):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(studio.url(ours, "ledger/")).status_code == 405


class TestQueue:
    def test_counts_by_state_and_provider(self, ours, theirs, client):
        studio.generations(ours, 2)
        for status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
            studio.generation(ours, status=status)
        studio.generations(theirs, 3)
        body = client.get(studio.url(ours, "queue/")).json()
        expected = {"waiting": 2, "active": 0, "delayed": 0, "completed": 1, "failed": 1, "cancelled": 1}
        assert {name: body[name] for name in expected} == expected
        assert body["by_provider"] == {"local": expected}
        assert body["paused"] is False
        assert body["oldest_waiting_seconds"] >= 0

    def test_pausing_and_resuming_twice_is_doing_it_once(self, ours, theirs, client):
        paused = [client.post(studio.url(ours, "queue/pause/")).json()["paused"] for _ in range(2)]
        assert client_for(theirs.key).get(studio.url(theirs, "queue/")).json()["paused"] is False
        resumed = [client.post(studio.url(ours, "queue/resume/")).json()["paused"] for _ in range(2)]
        assert (paused, resumed) == ([True, True], [False, False])
        with brand_scope(ours.brand):
            assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
                "queue.paused",
                "queue.resumed",
            ]

    @pytest.mark.parametrize("action", ["pause", "resume"])
    def test_an_editor_may_not_stop_the_queue(self, ours, action):
        assert client_for(ours.editor).post(studio.url(ours, f"queue/{action}/")).status_code == 403
