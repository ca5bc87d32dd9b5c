from analytics.models.anomaly import Anomaly
from analytics.models.cohort import AnalyticsCohort, CohortBuild
from analytics.models.data_version import DataVersion
from analytics.models.dead_letter import DeadLetter
from analytics.models.event import Event
from analytics.models.funnel import Funnel
from analytics.models.metric import Metric
from analytics.models.person import DistinctId, Person, PersonMerge
from analytics.models.rollup import DailyCount, DailyPerson
from analytics.models.settings import AnalyticsSettings

__all__ = [
    "AnalyticsCohort",
    "AnalyticsSettings",
    "Anomaly",
    "CohortBuild",
    "DailyCount",
    "DailyPerson",
    "DataVersion",
    "DeadLetter",
    "DistinctId",
    "Event",
    "Funnel",
    "Metric",
    "Person",
    "PersonMerge",
]
