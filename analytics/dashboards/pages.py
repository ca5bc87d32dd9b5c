"""Every page."""

from collections.abc import Sequence

from analytics.dashboards.anomalies import ANOMALIES
from analytics.dashboards.cohorts import COHORTS
from analytics.dashboards.correlations import CORRELATIONS
from analytics.dashboards.costs import COSTS
from analytics.dashboards.funnel import FUNNEL
from analytics.dashboards.overview import OVERVIEW
from analytics.dashboards.page import Page
from analytics.dashboards.retention import RETENTION

PAGES: Sequence[Page] = (OVERVIEW, FUNNEL, COHORTS, RETENTION, ANOMALIES, CORRELATIONS, COSTS)
