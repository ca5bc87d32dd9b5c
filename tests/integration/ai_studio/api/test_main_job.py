"""A prompt becomes a real file, over HTTP, by a real web process and real workers."""

import hashlib

import pytest
import requests

from config.local.verify import verify
from tests import studio
from tests.waiting import wait_until

PROMPTS = {
    "IMAGE_2D": "a golden perfume bottle on a marble table",
    "MODEL_3D": "a red ceramic mug with a gold handle",
    "ANIMATION": "three blue balloons floating, calm",
    "TEMPLATE": "summer sale poster for a shoe brand, bold, yellow and black",
}
TIMEOUT = (5, 30)


@pytest.fixture
def api(live_url, workers, ours):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {ours.key.token}"

    def call(method, path, **options):
        url = path if path.startswith("http") else live_url + path
        return session.request(method, url, timeout=TIMEOUT, **options)

    return call


def made(api, tenant, wish):
    """The detail of a finished generation."""
    accepted = api("POST", studio.url(tenant, "generations/"), json=wish)
    assert accepted.status_code == 202, accepted.text
    seen = []

    def is_over():
        seen.append(api("GET", accepted.headers["Location"]).json())
        return seen[-1]["status"] not in {"PENDING", "PROCESSING"}

    wait_until(is_over, f"{wish['type']} is made", seconds=120)
    numbers = [(body["status_seq"], body["progress"]) for body in seen]
    assert numbers == sorted(numbers), "progress goes forward"
    return seen[-1]


@pytest.mark.parametrize("kind", PROMPTS)
def test_each_type_is_made_shown_and_charged(api, ours, kind):
    done = made(api, ours, {"type": kind, "prompt": PROMPTS[kind], "parameters": {"seed": 7}})
    assert done["status"] == "COMPLETED", done["error"]
    assert done["progress"] == 100
    assert 0 < float(done["quality_score"]) <= 1
    assert done["answer"]["understood"]
    assert done["cost_usd"] == done["estimated_cost_usd"]
    content = requests.get(done["result"]["url"], timeout=TIMEOUT).content
    assert verify(kind, content)
    assert hashlib.sha256(content).hexdigest() == done["result"]["sha256"]
    assert len(content) == done["result"]["size_bytes"]
    thumbnail = requests.get(done["thumbnail"]["url"], timeout=TIMEOUT)
    assert thumbnail.headers["Content-Type"].startswith("image/")
    ledger = api("GET", studio.url(ours, f"ledger/?generation={done['id']}")).json()["results"]
    assert [row["kind"] for row in ledger] == ["SETTLE", "HOLD"]
    (attempt,) = api("GET", studio.url(ours, f"generations/{done['id']}/attempts/")).json()["results"]
    assert attempt["submit_state"] == "ACCEPTED"


def test_the_same_wish_with_the_same_seed_gives_the_same_bytes(api, ours):
    wish = {"type": "IMAGE_2D", "prompt": PROMPTS["IMAGE_2D"], "parameters": {"seed": 11}}
    first, again = made(api, ours, wish), made(api, ours, wish)
    assert first["id"] != again["id"]
    assert first["result"]["sha256"] == again["result"]["sha256"]
