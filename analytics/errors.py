"""Refusals of analytics."""

from brands.errors import AtelierError, Conflict, TooManyRequests


class TooManyMetrics(Conflict):
    code = "too_many_metrics"
    title = "The brand keeps as many metrics as it can"


class TooManySegments(Conflict):
    code = "too_many_segments"
    title = "The brand keeps as many segments as it can"


class SegmentInUse(Conflict):
    code = "segment_in_use"
    title = "Other segments refer to it"


class TooManyReports(Conflict):
    code = "too_many_reports"
    title = "The brand keeps as many reports as it can"


class WrongAnomalyState(Conflict):
    code = "anomaly_state"
    title = "The anomaly's state does not allow it"


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


class TooManyQuestions(TooManyRequests):
    code = "too_many_questions"
    title = "As many questions of the brand are being answered as can be at once"


class NotAnswered(Conflict):
    code = "not_answered"
    title = "This question has no answer"


class AnswerGone(AtelierError):
    status = 410
    code = "answer_gone"
    title = "The answer is no longer kept; ask again"


class AnswerTooSlow(AtelierError):
    status = 504
    code = "answer_too_slow"
    title = "The answer took too long: ask for fewer days"
