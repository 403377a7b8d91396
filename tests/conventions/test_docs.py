"""What is written out of the code says what the code says."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_of_the_stages_is_current():
    check = subprocess.run([ROOT / "bin" / "stages", "--check"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout or check.stderr
