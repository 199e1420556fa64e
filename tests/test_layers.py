"""What import-linter cannot see, for the core is no Python file: which rooms may touch it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import vedette

PACKAGE = Path(vedette.__file__).parent
ALLOWED = {"indicators", "index", "events", "detections", "matching", "__init__"}
"""The package's own `__init__` holds the core's version against its own."""


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, however it is written, in whatever block."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_five_rooms_touch_the_core() -> None:
    touching = {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in PACKAGE.rglob("*.py")
        for name in imports_of(path)
        if name.startswith("vedette._core")
    }

    assert touching == ALLOWED
