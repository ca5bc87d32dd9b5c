"""Every page."""

from collections.abc import Sequence

from analytics.dashboards.overview import OVERVIEW
from analytics.dashboards.page import Page

PAGES: Sequence[Page] = (OVERVIEW,)
