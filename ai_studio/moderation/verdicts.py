"""What a moderator says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from brands.errors import AtelierError


@dataclass(frozen=True)
class Verdict:
    """`code` is stable, `sentence` for the person who asked; `categories` as the moderator names them."""

    allowed: bool
    code: str
    sentence: str = ""
    categories: tuple[str, ...] = ()


class Moderator(Protocol):
    """Reads words before money is held."""

    def check(self, texts: Sequence[str]) -> list[Verdict]:
        """A verdict for each text, in their order."""


class ModerationRefused(AtelierError):
    """Nothing was held or charged. `categories` joins the problem document."""

    status = 422
    code = "moderation_refused"
    title = "These words may not be asked for"


class ModerationAway(AtelierError):
    """The provider that should read the words did not answer, and the brand wants nothing to pass unread."""

    status = 503
    code = "moderation_away"
    title = "The words could not be checked; nothing was made or charged"
