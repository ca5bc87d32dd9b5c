"""Words are read before money is held: by the deny list always, by a provider where the brand wants it.

Asking the provider takes time, so it happens with no transaction open, in three steps: `question`, in a request's first
transaction, says what must be asked; its `ask`, outside of any, says what came back; `check`, in the transaction that
holds the money, refuses whatever is not cleared. Who never asked finds nothing cleared: it cannot be left out.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from ai_studio.choices import Moderation, ModerationCode, OnOutage
from ai_studio.models import StudioSettings
from ai_studio.moderation import provider
from ai_studio.moderation.deny_list import deny_list
from ai_studio.moderation.provider import Away, ProviderModerator
from ai_studio.moderation.verdicts import ModerationAway, ModerationRefused, Verdict
from ai_studio.providers import credentials
from ai_studio.providers.openai.provider import OpenAIProvider, address
from brands.permissions import Actor

logger = logging.getLogger(__name__)

# A wish's texts by the field that they came in.
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Clearance:
    """The provider's verdicts by text; `away` says why there are none."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    away: str = ""


NOT_ASKED = Clearance()


@dataclass(frozen=True)
class Question:
    moderator: ProviderModerator
    texts: tuple[str, ...]
    known: Clearance

    def ask(self) -> Clearance:
        """One request. Never raises for what the provider does. Call it with no transaction open."""
        try:
            verdicts = self.moderator.check(self.texts)
        except Away as error:
            logger.warning("moderation: %s", error)
            return Clearance(self.known.verdicts, away=str(error))
        return Clearance({**self.known.verdicts, **dict(zip(self.texts, verdicts, strict=True))})


def cleared(wishes: Sequence[Texts]) -> Clearance:
    """For words that the provider let pass before."""
    return Clearance({text: provider.ALLOWED for texts in wishes for text in _whole(texts).values()})


def question(
    *, actor: Actor, wishes: Sequence[Texts], known: Clearance = NOT_ASKED, prefix: str = ""
) -> Question | None:
    """What the brand's provider must be asked about these wishes; None: nothing. In the brand's scope.

    Raises ModerationRefused for what the deny list refuses: that is not shown to others.
    """
    rules = _rules(actor)
    _refuse_denied(rules, wishes, prefix)
    if rules.moderation != Moderation.PROVIDER:
        return None
    wanted = dict.fromkeys(text for texts in wishes for text in _whole(texts).values() if text not in known.verdicts)
    if not wanted:
        return None
    key = credentials.known(OpenAIProvider(), actor.brand_id)
    moderator = ProviderModerator(address(), key, settings.OPENAI_MODERATION_MODEL)
    return Question(moderator, tuple(wanted), known)


def check(*, actor: Actor, wishes: Sequence[Texts], clearance: Clearance, prefix: str = "") -> list[ModerationCode]:
    """How each wish's words passed. Raises ModerationRefused naming the fields, each behind `prefix` with the wish's
    number; ModerationAway when a provider should have read them and did not, and the brand lets nothing pass unread."""
    rules = _rules(actor)
    _refuse_denied(rules, wishes, prefix)
    if rules.moderation != Moderation.PROVIDER:
        return [ModerationCode.DENY_LIST] * len(wishes)
    _refuse(_flagged(wishes, clearance, prefix))
    return [_passed(rules, texts, clearance) for texts in wishes]


def _rules(actor: Actor) -> StudioSettings:
    found: StudioSettings | None = StudioSettings.objects.filter(pk=actor.brand_id).first()
    return found or StudioSettings(brand_id=actor.brand_id)


def _refuse_denied(rules: StudioSettings, wishes: Sequence[Texts], prefix: str) -> None:
    _refuse(_denied(rules, wishes, prefix))


def _denied(rules: StudioSettings, wishes: Sequence[Texts], prefix: str) -> Iterator[tuple[str, Verdict]]:
    denied = deny_list(rules.denied_words)
    for n, texts in enumerate(wishes):
        verdicts = dict(zip(texts, denied.check(list(texts.values())), strict=True))
        refused = {name: verdict for name, verdict in verdicts.items() if not verdict.allowed}
        if any(name.startswith("variables.") for name in refused):
            refused.pop("template", None)  # the words came with a value: that is the field to change
        yield from ((f"{prefix.format(n)}{name}", verdict) for name, verdict in refused.items())


def _flagged(wishes: Sequence[Texts], clearance: Clearance, prefix: str) -> Iterator[tuple[str, Verdict]]:
    for n, texts in enumerate(wishes):
        for name, text in _whole(texts).items():
            verdict = clearance.verdicts.get(text)
            if verdict is not None and not verdict.allowed:
                yield f"{prefix.format(n)}{name}", verdict


def _refuse(refused: Iterator[tuple[str, Verdict]]) -> None:
    if verdicts := dict(refused):
        categories = sorted({category for verdict in verdicts.values() for category in verdict.categories})
        logger.info("moderation refused: %s", ", ".join(categories) or "no category")
        fields = {name: [verdict.sentence] for name, verdict in verdicts.items()}
        raise ModerationRefused(next(iter(verdicts.values())).sentence, fields=fields, categories=categories)


def _passed(rules: StudioSettings, texts: Texts, clearance: Clearance) -> ModerationCode:
    if all(text in clearance.verdicts for text in _whole(texts).values()):
        return ModerationCode.PROVIDER
    if rules.moderation_on_outage == OnOutage.CLOSED:
        raise ModerationAway(retry_after=30)
    return ModerationCode.UNREAD


def _whole(texts: Texts) -> Texts:
    """Values of variables are read where they stand: alone they say something else."""
    return {name: text for name, text in texts.items() if not name.startswith("variables.")}
