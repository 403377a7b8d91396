"""The house rules, as tests whose message says what to do."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
SOURCES = sorted(p for p in PORTAL.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(), str(path)) for path in SOURCES}

#: From the ground up: a feature imports those before it, never those after it.
FLOORS = (
    "core", "accounts", "rates", "products", "designs", "factories", "sourcing", "orders", "catalogue", "messages",
    "specs", "payments", "mail",
)  # fmt: skip
#: Third-party packages with one door: (package, the only files or folders that import it).
DOORS = {
    "botocore": ("portal/designs/storage.py",),
    "smtplib": ("portal/mail/delivery.py",),
    "flask_security": ("portal/accounts/",),
    "weasyprint": ("portal/specs/",),
    "flask_babel": ("portal/core/i18n.py",),
    "cryptography": ("portal/core/sealing.py",),
}
_FLASK_FREE = re.compile(r"(models|lifecycle|operations|queries|tasks)\.py$|_(operations|queries)\.py$")


def imports(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_down(path: Path):
    parts = path.relative_to(PORTAL).parts
    if len(parts) == 1:
        return  # the wiring
    floor = FLOORS.index(parts[0])
    for module, line in imports(path):
        if module.startswith("portal.") and (other := module.split(".")[1]) in FLOORS:
            assert FLOORS.index(other) <= floor, (
                f"{name_of(path)}:{line} imports portal.{other}, which stands above portal.{parts[0]}. "
                "Let the upper feature register itself with the lower one, or move the code up."
            )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_third_parties_have_one_door(path: Path):
    for module, line in imports(path):
        for door in DOORS.get(module.split(".")[0], ()):
            assert any(name_of(path).startswith(d) for d in DOORS[module.split(".")[0]]), (
                f"{name_of(path)}:{line} imports {module}; only {door} may. Add what you need there."
            )


@pytest.mark.parametrize("path", [p for p in SOURCES if _FLASK_FREE.search(p.name)], ids=name_of)
def test_operations_and_queries_know_no_flask(path: Path):
    for module, line in imports(path):
        assert module.split(".")[0] != "flask", (
            f"{name_of(path)}:{line} imports Flask. Operations, queries, models and tasks are plain Python: "
            "pass what you need as an argument."
        )


def test_nothing_of_the_portal_knows_the_sandbox():
    for path in SOURCES:
        for module, line in imports(path):
            assert module.split(".")[0] not in ("sandbox", "tests"), f"{name_of(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_stay_readable(path: Path):
    lines = path.read_text().count("\n")
    assert lines <= 320, f"{name_of(path)} has {lines} lines: cut it along what it does"
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 50, f"{name_of(path)}:{node.lineno} {node.name} has {length} lines: cut it into steps"


def test_only_advance_assigns_a_stage():
    for path in SOURCES:
        if name_of(path).startswith(("portal/core/lifecycle.py", "portal/mail/")):
            continue
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    assert not (isinstance(target, ast.Attribute) and target.attr == "stage"), (
                        f"{name_of(path)}:{node.lineno} sets a stage. Call advance() with a step of the table."
                    )


@pytest.mark.parametrize("path", sorted((ROOT / "portal").rglob("*.py")), ids=name_of)
def test_nothing_hangs_on_an_assert(path: Path):
    """The web server runs without them (python -OO)."""
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert), f"{name_of(path)}:{node.lineno}: raise something instead"


def test_templates_carry_no_inline_style_or_script():
    banned = re.compile(r'\sstyle="|<script(?![^>]*\bsrc=)|\son[a-z]+="|hx-on|js:')
    for path in (ROOT / "templates").rglob("*.html"):
        if path.relative_to(ROOT / "templates").parts[0] in ("emails", "pdf"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not banned.search(line), (
                f"{name_of(path)}:{number} breaks the content security policy: {line.strip()}"
            )


def test_every_template_compiles(app):
    for name in app.jinja_env.list_templates():
        if name.endswith((".html", ".txt", ".svg", ".xml")):
            app.jinja_env.get_template(name)


_LATE = re.compile(r"""(?:lazy|import_module)\("(\w+)""")
#: What the product needs without importing it: package -> who does.
_NEEDED_BY = {
    "argon2-cffi": "Flask-Security hashes passwords with it",
    "nh3": "Flask-Security cleans the names of passkeys with it",
    "pillow": "qrcode and psd-tools",
    "pyvips-binary": "pyvips",
    "qrcode": "Flask-Security shows TOTP secrets with it",
}


def test_every_dependency_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    offered: dict[str, set[str]] = {}
    for module, packages in packages_distributions().items():
        for package in packages:
            offered.setdefault(_plain(package), set()).add(module)
    imported = {module.split(".")[0] for path in SOURCES for module, _line in imports(path)}
    imported |= {name for path in SOURCES for name in _LATE.findall(path.read_text())}
    named = {_plain(re.split(r"[\[=<>~]", wanted)[0]) for wanted in project["dependencies"]}
    idle = {name for name in named - set(_NEEDED_BY) if not offered.get(name, set()) & imported}
    assert not idle, f"pyproject.toml names {sorted(idle)}, which nothing imports: drop it, or add it to _NEEDED_BY"
    assert set(_NEEDED_BY) <= named


def _plain(package: str) -> str:
    return package.lower().replace("_", "-")


@pytest.mark.parametrize("path", sorted((ROOT / "sandbox").rglob("*.py")), ids=name_of)
def test_the_sandbox_stands_without_the_tests(path: Path):
    """`bin/run` works in a copy that has no tests."""
    for line in path.read_text().splitlines():
        assert not re.match(r"\s*(from|import) tests\b", line), f"{name_of(path)}: {line}: move it into sandbox/"
