"""The REST API as a client sees it: what the demo and the smoke test talk to."""

import uuid
from typing import Any
from urllib.parse import urljoin

import requests

from config.local.errors import LaunchError

TIMEOUT_SECONDS = (5, 30)


class Api:
    """One brand's API with one key."""

    def __init__(self, url: str, *, brand: str, key: str) -> None:
        self.url = url
        self.brand = f"{url}/api/v1/brands/{brand}/"
        self.generations = f"{self.brand}ai/generations/"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between a laptop and itself
        self._session.headers["Authorization"] = f"Bearer {key}"

    def create(self, body: dict[str, Any]) -> str:
        """Ask for a generation; returns the address of its detail."""
        answer = self._session.post(
            self.generations,
            json=body,
            headers={"Idempotency-Key": str(uuid.uuid4())},
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code != requests.codes.accepted:
            raise LaunchError(f"POST {self.generations} answered {answer.status_code}: {answer.text[:500]}")
        return urljoin(self.url, answer.headers["Location"])

    def detail(self, address: str) -> dict[str, Any]:
        answer = self._session.get(address, timeout=TIMEOUT_SECONDS)
        if not answer.ok:
            raise LaunchError(f"GET {address} answered {answer.status_code}: {answer.text[:500]}")
        detail: dict[str, Any] = answer.json()
        return detail

    def read(self, path: str) -> dict[str, Any]:
        """Of an address of the brand."""
        return self.detail(f"{self.brand}{path}")

    def rows(self, path: str) -> list[dict[str, Any]]:
        """The first page of a list."""
        return list(self.read(path)["results"])

    def send(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._session.post(f"{self.brand}{path}", json=body, timeout=TIMEOUT_SECONDS)
        if not answer.ok:
            raise LaunchError(f"POST {self.brand}{path} answered {answer.status_code}: {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def download(self, address: str) -> bytes:
        """Fetch a signed link as a browser would: without the key."""
        answer = requests.get(urljoin(self.url, address), timeout=TIMEOUT_SECONDS)
        if not answer.ok:
            raise LaunchError(f"GET {address} answered {answer.status_code}: {answer.text[:500]}")
        return answer.content


def is_live(url: str) -> bool:
    try:
        return requests.get(f"{url}/health/live", timeout=2, allow_redirects=False).ok
    except requests.RequestException:
        return False
