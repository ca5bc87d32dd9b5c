"""The studio's refusals."""

from brands.errors import AtelierError, Conflict


class BudgetExceeded(AtelierError):
    status = 402
    code = "budget_exceeded"
    title = "The brand's budget of this month does not cover this"


class QuotaExceeded(AtelierError):
    status = 429
    code = "quota_exceeded"
    title = "Your quota of this month does not cover this"


class NotCancellable(Conflict):
    code = "not_cancellable"
    title = "It has ended already"


class NotRetryable(Conflict):
    code = "not_retryable"
    title = "Only what failed or was cancelled can be tried again"


class CollectionFull(Conflict):
    code = "collection_full"
    title = "The collection holds as many generations as it can"


class TemplateArchived(Conflict):
    code = "template_archived"
    title = "The template is archived and changes no more"


class ForgedWebhook(AtelierError):
    status = 401
    code = "forged_webhook"
    title = "The signature does not prove who sent this, or it is too old"


class WebhookUncheckable(AtelierError):
    status = 503
    code = "webhook_uncheckable"
    title = "The signature cannot be checked now"


class PriceUnknown(AtelierError):
    """Nothing is made for a price that nobody knows."""

    status = 422
    code = "price_unknown"
    title = "The price of this is not known"


class NotAdjustable(Conflict):
    code = "not_adjustable"
    title = "Its cost cannot be corrected like this"
