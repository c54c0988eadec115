"""Where the real demands for tests lie: beside the checkout (CI has them), never inside it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "demands"

needs_real_data = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the real demands are not public: no ../shared/data/demands beside this checkout",
)
