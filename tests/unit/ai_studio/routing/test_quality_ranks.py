"""How good the models that we offer are said to be, beside each other."""

from decimal import Decimal
from random import Random

import pytest

from ai_studio.choices import GenerationType, Strategy
from ai_studio.providers.registry import all_models
from ai_studio.routing.candidates import Candidate, Measured
from ai_studio.routing.strategies import ordered

DEAREST_FIRST = [
    ("gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini"),
    ("sora-2-pro", "sora-2"),
    ("stable-image-ultra", "sd3.5-large", "sd3.5-medium", "sd3.5-large-turbo"),
    ("black-forest-labs/flux-1.1-pro-ultra", "black-forest-labs/flux-1.1-pro", "black-forest-labs/flux-dev",
     "black-forest-labs/flux-schnell"),
    ("google/veo-3.1", "google/veo-3.1-fast"),
    ("fal-ai/flux-pro/v1.1-ultra", "fal-ai/flux-pro/v1.1", "fal-ai/flux/dev", "fal-ai/flux/schnell"),
    ("fal-ai/veo3.1", "fal-ai/veo3.1/fast"),
    ("gen4.5", "gen4_turbo"),
    ("ray-2", "ray-flash-2"),
    ("meshy-6", "meshy-5"),
    ("v3.0-20250812", "v2.5-20250123"),
]  # fmt: skip


@pytest.mark.parametrize("kind", GenerationType.values)
def test_the_best_quality_is_not_the_local_renderers_whatever_it_says_of_itself(kind: str) -> None:
    itself = Measured(10, 10, quality_score=1.0)
    candidates = [
        Candidate(model, place, Decimal(1), measured=itself if model.provider == "local" else Measured())
        for place, model in enumerate(all_models())
        if kind in model.types
    ]
    order, _ = ordered(Strategy.BEST_QUALITY, candidates, weights={}, random=Random(1))  # noqa: S311
    assert len(order) > 1
    assert order[-1].model.provider == "local"


@pytest.mark.parametrize("line", DEAREST_FIRST, ids=lambda line: line[0])
def test_models_of_one_maker_are_ranked_as_their_maker_ranks_them(line: tuple[str, ...]) -> None:
    ranks = {model.name: model.quality_rank for model in all_models()}
    known = [ranks[name] for name in line]
    assert known == sorted(set(known), reverse=True)
