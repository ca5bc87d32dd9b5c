"""CDNOW: Fader and Hardie's tenth of its buyers of early 1997 and all they bought until the middle of 1998, which the
wheel of lifetimes carries. Found without importing it: the library itself is unmaintained."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.metrics.stream import Occurrences


def moment(day: str) -> int:
    return int(pd.Timestamp(day).to_datetime64().astype("datetime64[us]").astype(np.int64))


# The 39 weeks that were known, and the 39 held out.
KNOWN, END = moment("1997-09-30"), moment("1998-06-30")


@cache
def purchases() -> Occurrences:
    [folder] = find_spec("lifetimes").submodule_search_locations
    names = ["master_id", "person", "day", "discs", "dollars"]
    rows = pd.read_csv(Path(folder) / "datasets" / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    at = pd.to_datetime(rows["day"].astype(str)).to_numpy().astype("datetime64[us]").astype(np.int64)
    micros = np.round(rows["dollars"].to_numpy() * 1e6).astype(np.int64)
    return Occurrences(rows["person"].to_numpy(np.int64), at, micros)
