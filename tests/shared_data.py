"""Where the shared feeds, logs and cases are; where they are not, a test that needs them is skipped with the reason."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
_FOLDERS = (_FOLDER, Path(__file__).resolve().parents[3] / "shared" / "data")

SHARED = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDER)

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared test data is not at {SHARED}")
