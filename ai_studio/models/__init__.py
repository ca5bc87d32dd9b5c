from ai_studio.models.artifact import Artifact
from ai_studio.models.attempt import Attempt
from ai_studio.models.budget import Budget, UserQuota
from ai_studio.models.collection import Collection, CollectionItem
from ai_studio.models.cost_record import CostRecord
from ai_studio.models.generation import Generation
from ai_studio.models.generation_input import GenerationInput
from ai_studio.models.label import Favourite, GenerationTag
from ai_studio.models.ledger_entry import LedgerEntry
from ai_studio.models.price import Price
from ai_studio.models.prompt_template import PromptTemplate, PromptTemplateVersion
from ai_studio.models.queue_sample import QueueReading, QueueSample
from ai_studio.models.studio_settings import StudioSettings

__all__ = [
    "Artifact",
    "Attempt",
    "Budget",
    "Collection",
    "CollectionItem",
    "CostRecord",
    "Favourite",
    "Generation",
    "GenerationInput",
    "GenerationTag",
    "LedgerEntry",
    "Price",
    "PromptTemplate",
    "PromptTemplateVersion",
    "QueueReading",
    "QueueSample",
    "StudioSettings",
    "UserQuota",
]
