"""`bin/flask ARGUMENTS...`: the portal's own commands, with the settings of the sandbox that runs on `var/`.

`XIAODAN_DATA` names another data folder.
"""

import os
import sys
from pathlib import Path

from sandbox.datafolder import DataFolder, FolderError
from sandbox.process import ROOT
from sandbox.stack import Stack


def main() -> None:
    """Become `flask`. Never returns."""
    try:
        stack = Stack.remembered(DataFolder(Path(os.environ.get("XIAODAN_DATA", ROOT / "var"))))
    except FolderError as error:
        sys.exit(str(error))
    environment = {**os.environ, **stack.settings}
    os.execve(sys.executable, [sys.executable, "-m", "flask", "--app", "portal.cli", *sys.argv[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
