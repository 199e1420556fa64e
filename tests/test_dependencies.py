"""What is shipped with Vedette: few, listed with their reason, and under licences that ask nothing of its users."""

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[1]
PAGE = (CLONE / "docs" / "dependencies.md").read_text()
NOT_SHIPPED = re.compile(r"\b(A?GPL|LGPL|GNU (Affero |Lesser )?General Public)", re.IGNORECASE)


def locked(path: str) -> list[str]:
    """The packages of a lock file."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", (CLONE / path).read_text(), re.MULTILINE)


def licence_of(package: str) -> str:
    """All that a package says of its licence."""
    told = metadata.metadata(package).json
    classifiers = [line for line in told.get("classifier", []) if line.startswith("License")]
    return " ".join([str(told.get("license_expression", "")), str(told.get("license", ""))[:200], *classifiers])


@pytest.mark.parametrize("package", locked("requirements/run.txt"))
def test_no_package_that_we_ship_is_under_the_gpl(package: str) -> None:
    try:
        licence = licence_of(package)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not for this platform")

    assert licence.strip(), f"{package} names no licence"
    assert not NOT_SHIPPED.search(licence), licence


def test_no_crate_that_is_compiled_in_is_under_the_gpl_alone() -> None:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--features", "python"]
    told = subprocess.run(command, cwd=CLONE / "core", capture_output=True, check=True)

    crates = {crate["name"]: crate["license"] or "" for crate in json.loads(told.stdout)["packages"]}
    assert [name for name, licence in crates.items() if not licence] == []
    # `A OR B` leaves the choice to us: one part that is free of the GPL is enough.
    bound = {name: licence for name, licence in crates.items() if all(map(NOT_SHIPPED.search, licence.split(" OR ")))}
    assert bound == {}


def test_every_dependency_of_ours_has_its_reason_on_the_page() -> None:
    project = (CLONE / "pyproject.toml").read_text()
    named = re.search(r"^dependencies = \[(.*?)\]", project, re.MULTILINE | re.DOTALL)
    assert named is not None
    crates = re.search(
        r"^\[dependencies\]\n(.*?)\n\n", (CLONE / "core" / "Cargo.toml").read_text(), re.MULTILINE | re.DOTALL
    )
    assert crates is not None

    wanted = re.findall(r'"([A-Za-z0-9._-]+)[><=]', named[1]) + re.findall(r"^([\w-]+) = ", crates[1], re.MULTILINE)

    assert len(wanted) > 12
    assert [name for name in wanted if name.lower() not in PAGE.lower()] == []
