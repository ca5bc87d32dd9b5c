"""Help with wording, before anything is asked for: it costs nothing and writes nothing."""

from typing import cast

from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.prompts import optimizer
from ai_studio.prompts.optimizer import Optimised
from ai_studio.providers.local.contract import OutputType
from brands.models import Brand
from brands.permissions import Actor, require


def optimise(*, actor: Actor, type: str, prompt: str, negative_prompt: str = "") -> Optimised:  # noqa: A002
    """The prompt with what its type's renderer would need, in the brand's colours where it names none."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "generation.run", brand)
    wish = optimizer.Wish(
        type=cast(OutputType, type),
        prompt=prompt,
        negative_prompt=negative_prompt,
        palette=tuple(brand.palette),
        limit=MAX_PROMPT_LENGTH,
    )
    return optimizer.optimise(wish)
