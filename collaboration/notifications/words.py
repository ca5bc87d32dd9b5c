"""What mails say, in English and French. {who} and {what} are filled in; nothing else comes from people."""

from collections.abc import Mapping

from collaboration.notifications.choices import Kind

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        Kind.MENTIONED: "{who} mentioned you on {what}",
        Kind.REPLIED: "{who} replied in a thread of yours on {what}",
        Kind.COMMENTED: "{who} commented on {what}",
        Kind.THREAD_RESOLVED: "{who} resolved a thread on {what}",
        Kind.REVIEW_ASKED: "{who} asks for your review of {what}",
        Kind.REVIEW_TURN: "It is your turn in the review of {what}",
        Kind.REVIEW_DECIDED: "{who} approved {what}; the review goes on",
        Kind.REVIEW_APPROVED: "{what} is approved",
        Kind.REVIEW_CHANGES: "{who} requested changes to {what}",
        Kind.REVIEW_DUE_SOON: "Your review of {what} is due soon",
        Kind.REVIEW_OVERDUE: "The review of {what} is overdue",
        Kind.SHARED: "{who} shared {what} with you",
        Kind.ROLE_CHANGED: "Your role in {brand} was changed",
        Kind.GENERATION_COMPLETED: "{what} is ready",
        Kind.GENERATION_FAILED: "{what} failed",
        Kind.WEBHOOK_DISABLED: "A webhook of {brand} was switched off",
    },
    "fr": {
        Kind.MENTIONED: "{who} vous a mentionné sur {what}",
        Kind.REPLIED: "{who} a répondu dans un de vos fils sur {what}",
        Kind.COMMENTED: "{who} a commenté {what}",
        Kind.THREAD_RESOLVED: "{who} a résolu un fil sur {what}",
        Kind.REVIEW_ASKED: "{who} demande votre avis sur {what}",
        Kind.REVIEW_TURN: "C’est à votre tour de valider {what}",
        Kind.REVIEW_DECIDED: "{who} a approuvé {what} ; la validation continue",
        Kind.REVIEW_APPROVED: "Approbation obtenue pour {what}",
        Kind.REVIEW_CHANGES: "{who} demande des modifications de {what}",
        Kind.REVIEW_DUE_SOON: "Votre avis sur {what} est attendu bientôt",
        Kind.REVIEW_OVERDUE: "La validation de {what} est en retard",
        Kind.SHARED: "{who} a partagé {what} avec vous",
        Kind.ROLE_CHANGED: "Votre rôle chez {brand} a changé",
        Kind.GENERATION_COMPLETED: "{what} : c’est prêt",
        Kind.GENERATION_FAILED: "{what} : échec",
        Kind.WEBHOOK_DISABLED: "Un webhook de {brand} a été désactivé",
    },
}
# What has no title, or none that the reader may see.
THINGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "AI_GENERATION": "a generation",
        "COLLECTION": "a collection",
        "ANALYTICS_REPORT": "a report",
        "REVIEW": "a review",
        "DESIGN": "a design",
        "PRODUCT": "a product",
        "ORDER": "an order",
        "CUSTOMIZATION": "a customization",
        "": "something",
    },
    "fr": {
        "AI_GENERATION": "une génération",
        "COLLECTION": "une collection",
        "ANALYTICS_REPORT": "un rapport",
        "REVIEW": "une validation",
        "DESIGN": "un design",
        "PRODUCT": "un produit",
        "ORDER": "une commande",
        "CUSTOMIZATION": "une personnalisation",
        "": "un élément",
    },
}
FRAME: Mapping[str, Mapping[str, str]] = {
    "en": {
        "quoted": "“{}”",
        "guest": "{} (guest)",
        "somebody": "Somebody",
        "several": "{count} updates on {what}",
        "digest": "{brand}: {count} unread",
        "digest_one": "{brand}: one unread",
        "greeting": "What you have not read yet in {brand}:",
        "more": "And {count} more.",
        "open": "Open",
        "open_all": "Open all",
        "why": "You get this e-mail because you are a member of {brand} on Atelier.",
        "preferences": "Choose what you are told of",
        "unsubscribe": "No more e-mails like this",
        "done": "You get no more e-mails like that one from {brand}.",
        "question": "No more e-mails like that one from {brand}?",
        "confirm": "Unsubscribe",
        "date": "j F Y, H:i",
    },
    "fr": {
        "quoted": "« {} »",
        "guest": "{} (invité)",
        "somebody": "Quelqu’un",
        "several": "{count} nouveautés sur {what}",
        "digest": "{brand} : {count} notifications non lues",
        "digest_one": "{brand} : une notification non lue",
        "greeting": "Ce que vous n’avez pas encore lu chez {brand} :",
        "more": "Et {count} de plus.",
        "open": "Ouvrir",
        "open_all": "Tout ouvrir",
        "why": "Vous recevez cet e-mail parce que vous êtes membre de {brand} sur Atelier.",
        "preferences": "Choisir ce dont vous êtes informé",
        "unsubscribe": "Ne plus recevoir ce type d’e-mail",
        "done": "Vous ne recevrez plus ce type d’e-mail de {brand}.",
        "question": "Ne plus recevoir ce type d’e-mail de {brand} ?",
        "confirm": "Se désabonner",
        "date": "j F Y, H:i",
    },
}


def upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
