"""The tree keeps its shape: one namespace package, a pure core, a test for every module, a lock that fits.

Each check names the file and the way out, because whoever meets it is busy with something else.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.example

REPOSITORY = Path(__file__).parents[1]
ROOTS = ("core", "projections", "specs", "conformance", "adapters")
LINES_MAX = 400

# What an embedding program must be able to rely on not happening when it imports the core.
NOT_LOADED_BY_CORE = {
    *("asyncio", "aiortc", "av", "eventsourcing", "hypothesis", "msgspec"),
    *("click", "rich", "numpy", "psycopg", "sqlite3", "socket"),
}
# The standard library minus whatever would make the same tape give two answers.
IMPURE = {
    *("asyncio", "concurrent", "multiprocessing", "os", "pathlib", "random", "sched", "secrets", "select"),
    *("selectors", "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile"),
    *("threading", "time", "urllib", "http", "glob", "locale"),
}
CORE_MAY_IMPORT = {"attr", "attrs", "transitions", "calltape"} | (sys.stdlib_module_names - IMPURE)

# Source modules that need no test file of their own, and why. An entry that is no longer true fails too.
_BY_EVERY_STORE = "by the contract that every store passes, and by each store's own tests"
_BY_WATCHING = "by tests/core/test_watching.py, and by the scenarios of diagnostics"
_BY_PASSING = "by tests/core/test_passing.py, and by the scenarios of that name"
_BY_TRIAL = "by tests/conformance/test_trial.py, which puts mutants on trial"
TESTED_ELSEWHERE: dict[str, str] = {
    "conformance/calltape/conformance/declared_waits.py": _BY_TRIAL,
    "core/calltape/core/diagnosing.py": _BY_WATCHING,
    "core/calltape/core/diagnosis.py": _BY_WATCHING,
    "core/calltape/core/remote_diagnostics.py": _BY_WATCHING,
    "core/calltape/core/reactions.py": _BY_PASSING,
    "core/calltape/core/real_time_text.py": _BY_PASSING,
    "adapters/calltape/adapters/appending.py": _BY_EVERY_STORE,
    "adapters/calltape/adapters/rows.py": _BY_EVERY_STORE,
    "adapters/calltape/adapters/eventsourcing/log.py": _BY_EVERY_STORE,
    "adapters/calltape/adapters/eventsourcing/postgres_schema.py": "by test_postgres.py, on a real server",
    "adapters/calltape/adapters/eventsourcing/sqlite_file.py": "by test_sqlite.py, on real files",
}


def _modules() -> Iterator[Path]:
    for root in ROOTS:
        yield from sorted((REPOSITORY / root / "calltape").rglob("*.py"))


def _relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


# ── one namespace package ──


def test_nobody_owns_the_namespace() -> None:
    for root in ROOTS:
        portion = REPOSITORY / root / "calltape"
        assert [p.name for p in portion.iterdir() if p.name != "__pycache__"] == [root], (
            f"{_relative(portion)}/ may hold nothing but {root}/: anything else breaks the namespace package"
        )
        assert (portion / root / "__init__.py").is_file(), f"{root} lost its __init__.py"
        assert (portion / root / "py.typed").is_file(), f"{root} lost its py.typed, so mypy ignores its types"


def _build(kind: str, into: Path) -> Path:
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", str(into), "."]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return next(into.iterdir())


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return _names(_build("wheel", tmp_path_factory.mktemp("wheel")))


def test_wheel_holds_only_calltape(wheel_names: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"calltape"}
    assert len(tops) == 2, f"one dist-info folder expected beside calltape/: {sorted(tops)}"


def test_wheel_holds_every_module_and_all_data(wheel_names: set[str]) -> None:
    for root in ROOTS:
        source = REPOSITORY / root
        wanted = {p.relative_to(source).as_posix() for p in _tracked_or_present(source / "calltape")}
        assert wanted <= wheel_names, f"missing from the wheel: {sorted(wanted - wheel_names)}"


def _tracked_or_present(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


@pytest.mark.slow
def test_source_distribution_builds_the_same_wheel(wheel_names: set[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), "."]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)  # the wheel out of the sdist
    assert _names(next(tmp_path.glob("*.whl"))) == wheel_names


# ── a pure core ──


def test_importing_core_loads_nothing_heavy() -> None:
    program = "import sys, calltape.core; print(*sys.modules, sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(REPOSITORY / root) for root in ROOTS)}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    )
    loaded = {name.split(".")[0] for name in answer.stdout.split()}
    assert "transitions" in loaded or "attr" in loaded, "the probe did not import the real core"
    assert not loaded & NOT_LOADED_BY_CORE


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def test_core_imports_only_what_is_pure() -> None:
    for module in sorted((REPOSITORY / "core").rglob("*.py")):
        for line, name in _imported(ast.parse(module.read_text(encoding="utf-8"))):
            assert name.split(".")[0] in CORE_MAY_IMPORT, (
                f"{_relative(module)}:{line} imports {name}: the core takes time, ids and data as values"
            )


# ── a tree that is easy to walk ──


def _is_tested(module: Path, root: str) -> bool:
    """Is a test file below tests/<root>/ named after the module or its sub-package, or does one import it?"""
    owners = {module.stem.strip("_"), module.parent.name} - {root}
    dotted = module.relative_to(REPOSITORY / root).with_suffix("").as_posix().replace("/", ".")
    package, _, name = dotted.rpartition(".")
    imports = re.compile(rf"\b{re.escape(dotted)}\b|from {re.escape(package)} import [^\n]*\b{name}\b")
    for path in (REPOSITORY / "tests" / root).rglob("test_*.py"):
        named = any(
            path.stem == f"test_{owner}" or path.stem.startswith(f"test_{owner}_") for owner in owners
        )
        if named or imports.search(path.read_text(encoding="utf-8")):
            return True
    return False


def test_every_module_has_a_test_file() -> None:
    untested = {
        _relative(module)
        for module in _modules()
        if module.name not in {"__init__.py", "__main__.py"}
        and not _is_tested(module, module.relative_to(REPOSITORY).parts[0])
    }
    surprising = sorted(untested - set(TESTED_ELSEWHERE))
    assert not surprising, (
        "no test file below tests/<root>/ is named after these or imports them; write one, or say in"
        f" TESTED_ELSEWHERE why not: {', '.join(surprising)}"
    )
    assert set(TESTED_ELSEWHERE) - untested == set(), (
        "these have a test file now: drop them from TESTED_ELSEWHERE"
    )


NAMES_ONLY = {"core/calltape/core/__init__.py"}
"""Modules that only say what is public: as long as there is something to list."""


def test_no_module_outgrows_a_reader() -> None:
    modules = [module for module in _modules() if _relative(module) not in NAMES_ONLY]
    lengths = {_relative(m): len(m.read_text(encoding="utf-8").splitlines()) for m in modules}
    assert {name: n for name, n in lengths.items() if n > LINES_MAX} == {}, (
        f"split it: {LINES_MAX} lines is the most"
    )


def _published() -> Iterator[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if listing.returncode == 0:
        names = (REPOSITORY / name for name in listing.stdout.split("\0") if name)
        yield from (path for path in names if path.is_file())
        return
    for folder in (*ROOTS, "tests", "docs", "examples", "requirements"):  # an unpacked source distribution
        yield from _tracked_or_present(REPOSITORY / folder)


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Written in pieces, so that this file may keep its own rule.
    hosts = ("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs")
    paths = ("work", "root", "tmp", "home")
    forbidden = re.compile(
        "|".join(re.escape(host) for host in hosts) + r"|(?<![\w.~$}/-])/(?:" + "|".join(paths) + r")/\w"
    )
    for path in _published():
        text = path.read_bytes().decode("utf-8", errors="replace")
        assert forbidden.findall(text) == [], f"{_relative(path)} names a place: say it without"


# ── a lock that fits ──


def _pins(lock: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", lock):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def test_lock_covers_what_pyproject_asks_for() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups: list[list[str]] = [
        settings["project"]["dependencies"],
        *settings["project"]["optional-dependencies"].values(),
        *settings["dependency-groups"].values(),
    ]
    pins = _pins((REPOSITORY / "requirements" / "dev.lock").read_text(encoding="utf-8"))
    for requirement in (Requirement(line) for group in groups for line in group):
        pinned = pins.get(canonicalize_name(requirement.name), set())
        assert pinned, f"{requirement} is not in requirements/dev.lock: run make lock"
        assert all(requirement.specifier.contains(version) for version in pinned), (
            f"requirements/dev.lock pins {sorted(pinned)} for {requirement}: run make lock"
        )


def test_lock_names_every_package_by_hash() -> None:
    lock = (REPOSITORY / "requirements" / "dev.lock").read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)[1:]
    assert len(entries) > 50
    assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == []
    assert "://" not in lock, "a lock that names an index cannot be used with a mirror"
