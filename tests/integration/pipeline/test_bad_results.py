"""A provider that did the work, wants its money, and sends what is none: the job ends, and nothing is asked twice."""

import pytest

from ai_studio import decoding
from ai_studio.choices import Status
from ai_studio.models import Artifact
from ai_studio.providers import registry
from ai_studio.providers.base import Finished, Job, Report
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.hostile import good
from tests.integration.pipeline import steps
from tests.providers.adapter import BillingProvider
from tests.providers.server import ProviderServer


class DecodingProvider(BillingProvider):
    """The same, through the door that real adapters use."""

    def __init__(self, result: bytes) -> None:
        super().__init__()
        self._result = result

    def submit(self, job: Job, report: Report) -> Finished:
        super().submit(job, report)
        return Finished(files=decoding.files_of(self._result, job=job))


@pytest.fixture
def sends(provider: ProviderServer, monkeypatch: pytest.MonkeyPatch):
    return lambda result: monkeypatch.setitem(registry.providers(), "billing", DecodingProvider(result))


@pytest.mark.parametrize("result", [b"", b"<html>503</html>", good.picture("PNG")[:-40], good.model()])
def test_a_bad_result_ends_the_job_and_is_not_asked_for_again(ours: Tenant, provider, sends, result: bytes) -> None:
    sends(result)
    done = steps.finish(steps.ask(ours, "a bad mug"))
    assert (done.status, done.error_code) == (Status.FAILED, "bad_result")
    assert done.error_message.startswith("The ")
    assert provider.asked == {"a bad mug": 1}
    with brand_scope(ours.brand):
        assert not Artifact.objects.exists()
    steps.all_in_order()


def test_a_good_result_is_kept_with_its_mark(ours: Tenant, sends) -> None:
    sends(good.picture("PNG"))
    done = steps.finish(steps.ask(ours, "a good mug"))
    assert done.status == Status.COMPLETED, done.error_message
    with brand_scope(ours.brand):
        assert [file.name for file in Artifact.objects.order_by("name")] == ["image.png", "thumbnail.webp"]
    steps.all_in_order()
