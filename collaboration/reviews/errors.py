from brands.errors import Conflict


class Outdated(Conflict):
    code = "outdated"
    title = "There is a newer version of what this is about"


class ReviewEnded(Conflict):
    code = "review_ended"
    title = "The review has ended"


class NotInTurn(Conflict):
    code = "not_in_turn"
    title = "The step is not open"


class DecidedAlready(Conflict):
    code = "decided_already"
    title = "You decided already"


class ItemDamaged(Conflict):
    code = "item_damaged"
    title = "The stored file is not the one that was made"
