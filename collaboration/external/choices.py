from django.db.models import TextChoices


class ExternalType(TextChoices):
    """What lives in the frontend's own systems and is shared and talked about here."""

    DESIGN = "DESIGN", "Design"
    PRODUCT = "PRODUCT", "Product"
    ORDER = "ORDER", "Order"
    CUSTOMIZATION = "CUSTOMIZATION", "Customization"
