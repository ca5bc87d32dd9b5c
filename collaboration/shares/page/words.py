"""What the page says, in English and French. Whoever adds a language adds a column; a test sees to holes."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

DEFAULT = "en"
_WORDS: Mapping[str, tuple[str, str]] = {
    "shared": ("Shared with you", "Partagé avec vous"),
    "open": ("Open", "Ouvrir"),
    "welcome": ("Somebody shared something with you.", "Quelqu’un a partagé quelque chose avec vous."),
    "ask_password": (
        "It is protected: enter the password that you were given.",
        "C’est protégé : saisissez le mot de passe que l’on vous a donné.",
    ),
    "password": ("Password", "Mot de passe"),
    "your_name": ("Your name", "Votre nom"),
    "name_help": (
        "So that others know who comments. You may leave it empty.",
        "Pour que l’on sache qui commente. Facultatif.",
    ),
    "wrong_password": (
        "This did not open. Check the password; after five tries one has to wait.",
        "Cela ne s’ouvre pas. Vérifiez le mot de passe ; après cinq essais, il faut attendre.",
    ),
    "too_many": (
        "Too many tries. Please wait a quarter of an hour and try again.",
        "Trop d’essais. Attendez un quart d’heure, puis réessayez.",
    ),
    "gone_title": ("This page is not there", "Cette page n’existe pas"),
    "gone": (
        "The link may have expired, been used up or been taken back, or your visit has ended. "
        "Ask whoever sent it for a new one.",
        "Le lien a peut-être expiré, été épuisé ou été retiré, ou votre visite est terminée. "
        "Demandez-en un nouveau à la personne qui vous l’a envoyé.",
    ),
    "wait": ("One moment please", "Un instant, s’il vous plaît"),
    "guest": ("Guest", "Invité"),
    "here_as": ("You are here as", "Vous êtes ici en tant que"),
    "until": ("Open until", "Ouvert jusqu’au"),
    "leave": ("Leave", "Quitter"),
    "left": (
        "You have left. To come back, open the link again.",
        "Vous avez quitté la page. Pour revenir, ouvrez de nouveau le lien.",
    ),
    "back": ("Back", "Retour"),
    "download": ("Download", "Télécharger"),
    "nothing_yet": ("There is nothing to see yet.", "Il n’y a encore rien à voir."),
    "no_picture": ("This has no picture.", "Il n’y a pas d’image."),
    "needs_script": (
        "The 3D view needs JavaScript. The comments are here without it.",
        "La vue 3D a besoin de JavaScript. Les commentaires sont là sans lui.",
    ),
    "open_elsewhere": ("Open it in its own place", "Ouvrir dans son propre espace"),
    "items": ("Items", "Éléments"),
    "previous_page": ("Previous", "Précédents"),
    "next_page": ("Next", "Suivants"),
    "empty": ("Nothing is in it.", "Il n’y a rien dedans."),
    "comments": ("Comments", "Commentaires"),
    "no_comments": ("No comments yet.", "Pas encore de commentaires."),
    "resolved": ("Resolved", "Résolu"),
    "old_version": ("About an earlier version", "À propos d’une version antérieure"),
    "deleted": ("This comment was deleted.", "Ce commentaire a été supprimé."),
    "member": ("Member", "Membre"),
    "reply": ("Reply", "Répondre"),
    "your_reply": ("Your reply", "Votre réponse"),
    "add_comment": ("Add a comment", "Ajouter un commentaire"),
    "your_comment": ("Your comment", "Votre commentaire"),
    "send": ("Send", "Envoyer"),
    "where": ("Where", "Où"),
    "whole": ("The whole", "L’ensemble"),
    "top_left": ("Top left", "En haut à gauche"),
    "top": ("Top", "En haut"),
    "top_right": ("Top right", "En haut à droite"),
    "left_side": ("Left", "À gauche"),
    "middle": ("Middle", "Au milieu"),
    "right_side": ("Right", "À droite"),
    "bottom_left": ("Bottom left", "En bas à gauche"),
    "bottom": ("Bottom", "En bas"),
    "bottom_right": ("Bottom right", "En bas à droite"),
    "marked": ("The spot that you marked", "L’endroit que vous avez marqué"),
    "mark_help": ("Or click on it to mark the spot.", "Ou cliquez dessus pour marquer l’endroit."),
    "at_second": ("At second", "À la seconde"),
    "pin": ("Pin", "Repère"),
    "decision": ("Decision", "Décision"),
    "approve": ("Approve", "Approuver"),
    "request_changes": ("Request changes", "Demander des modifications"),
    "your_words": ("Your words (needed for changes)", "Vos mots (nécessaires pour des modifications)"),
    "decide": ("Decide", "Décider"),
    "decided": ("You have decided. Thank you.", "Vous avez décidé. Merci."),
    "round": ("Round", "Tour"),
    "APPROVE": ("approves", "approuve"),
    "REQUEST_CHANGES": ("requests changes", "demande des modifications"),
    "OPEN": ("Open for decisions", "Ouverte aux décisions"),
    "APPROVED": ("Approved", "Approuvée"),
    "CHANGES_REQUESTED": ("Changes requested", "Modifications demandées"),
    "CANCELLED": ("Cancelled", "Annulée"),
    "not_done": ("That did not work", "Cela n’a pas fonctionné"),
}
LANGUAGES = ("en", "fr")
WORDS: Mapping[str, Mapping[str, str]] = {
    language: {name: said[column] for name, said in _WORDS.items()} for column, language in enumerate(LANGUAGES)
}


def language_of(request: HttpRequest) -> str:
    """The first that the browser's owner reads and the page speaks."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (language := code.partition("-")[0].lower()) in LANGUAGES:
            return language
    return DEFAULT
