from analytics.models.anomaly import Anomaly
from analytics.models.cohort import AnalyticsCohort, CohortBuild, CohortLife
from analytics.models.data_version import DataVersion
from analytics.models.dead_letter import DeadLetter
from analytics.models.event import Event
from analytics.models.event_import import EventImport
from analytics.models.funnel import Funnel
from analytics.models.log_place import LogPlace
from analytics.models.metric import Metric
from analytics.models.person import DistinctId, Person, PersonMerge
from analytics.models.question import Question
from analytics.models.report import AnalyticsReport
from analytics.models.rollup import DailyCount, DailyPerson
from analytics.models.segment import Segment, SegmentMember
from analytics.models.settings import AnalyticsSettings

__all__ = [
    "AnalyticsCohort",
    "AnalyticsReport",
    "AnalyticsSettings",
    "Anomaly",
    "CohortBuild",
    "CohortLife",
    "DailyCount",
    "DailyPerson",
    "DataVersion",
    "DeadLetter",
    "DistinctId",
    "Event",
    "EventImport",
    "Funnel",
    "LogPlace",
    "Metric",
    "Person",
    "PersonMerge",
    "Question",
    "Segment",
    "SegmentMember",
]
