"""Help with wording, before anything is asked for: it makes nothing and writes nothing.

In two steps, for a chat model takes its time and no transaction may wait for it: `prepare` reads what the brand wants,
and its `optimise` needs no database.
"""

import logging
from dataclasses import dataclass
from typing import cast

from django.conf import settings

from ai_studio.choices import Optimizer
from ai_studio.models import StudioSettings
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.prompts import optimizer
from ai_studio.prompts.optimizer import Optimised
from ai_studio.providers import credentials
from ai_studio.providers.local.contract import OutputType
from ai_studio.providers.openai.provider import OpenAIProvider, address
from ai_studio.services.chat_model import ChatModel, NoImprovement
from brands.models import Brand
from brands.permissions import Actor, require

logger = logging.getLogger(__name__)

NO_KEY = "No key of the chat model is known: keep the secret provider.openai."


@dataclass(frozen=True)
class Improved:
    """Who improved it; `instead_because` says why the rules did when the chat model should have."""

    optimised: Optimised
    by: str
    instead_because: str | None = None


@dataclass(frozen=True)
class Prepared:
    """`model` is None when the rules are wanted; `missing` says why it cannot be asked though it is wanted."""

    wish: optimizer.Wish
    model: ChatModel | None = None
    missing: str | None = None

    def optimise(self) -> Improved:
        """Never fails for what the model does: the rules are always there. Call it with no transaction open."""
        if self.model is None:
            return self._by_rules(self.missing)
        try:
            prompt, changes = self.model.improve(self.wish)
        except NoImprovement as error:
            logger.warning("prompt optimiser: %s", error)
            return self._by_rules(str(error))
        before = self.wish.read(self.wish.prompt).coverage
        return Improved(Optimised(prompt, changes, self.wish.read(prompt), before), Optimizer.CHAT_MODEL)

    def _by_rules(self, why: str | None) -> Improved:
        return Improved(optimizer.optimise(self.wish), Optimizer.RULES, why)


def prepare(*, actor: Actor, type: str, prompt: str, negative_prompt: str = "") -> Prepared:  # noqa: A002
    """What is to be improved, for which brand, and by whom. In the brand's scope."""
    brand = Brand.objects.get(pk=actor.brand_id)
    require(actor, "generation.run", brand)
    rules = StudioSettings.objects.filter(pk=brand.pk).first() or StudioSettings(brand=brand)
    wish = optimizer.Wish(
        type=cast(OutputType, type),
        prompt=prompt,
        negative_prompt=negative_prompt,
        palette=tuple(brand.palette),
        limit=MAX_PROMPT_LENGTH,
        tone=tuple(rules.tone),
    )
    if rules.optimizer != Optimizer.CHAT_MODEL:
        return Prepared(wish)
    key = credentials.known(OpenAIProvider(), brand.pk)
    if not key:
        return Prepared(wish, missing=NO_KEY)
    return Prepared(wish, ChatModel(address(), key, settings.OPENAI_CHAT_MODEL))
