"""Refusals of analytics."""

from brands.errors import Conflict


class TooManyMetrics(Conflict):
    code = "too_many_metrics"
    title = "The brand keeps as many metrics as it can"


class TooManyImports(Conflict):
    code = "too_many_imports"
    title = "The brand has as many imports under way as it can"


class WrongOffset(Conflict):
    """`offset` of the answer is where to go on."""

    code = "wrong_offset"
    title = "The upload goes on elsewhere"


class ImportOver(Conflict):
    code = "import_over"
    title = "This import takes nothing more"
