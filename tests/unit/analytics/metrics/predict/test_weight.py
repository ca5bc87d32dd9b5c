"""What web and beat pay for the models: nothing."""

import subprocess
import sys
from pathlib import Path

import analytics.metrics.predict

# What a fit needs, and what reading a kept one does not.
HEAVY = ("sklearn", "statsmodels", "pandas", "joblib")


def test_importing_every_model_imports_no_heavy_library():
    root = Path(analytics.metrics.predict.__file__).parent
    parts = [path.relative_to(root).with_suffix("").parts for path in root.rglob("*.py")]
    names = sorted(".".join(["analytics.metrics.predict", *part]).removesuffix(".__init__") for part in parts)
    assert len(names) > 30
    asked = f"import sys, {', '.join(names)}; print([each for each in {HEAVY!r} if each in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
