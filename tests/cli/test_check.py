"""`vedette check`: all mistakes at once, with file and line."""

import json
from pathlib import Path

from cli.command import vedette

FORTY_MISTAKES = "inputs: {in: {type: tcp, listen: nowhere}}\nfeeds:\n" + "".join(
    f"  feed{number}: {{path: gone{number}.txt, confidence: {number + 101}}}\n" for number in range(20)
)


def test_every_mistake_of_many_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text(FORTY_MISTAKES)

    done = vedette("check", "-c", tmp_path / "vedette.yaml")

    lines = done.stderr.splitlines()
    assert done.returncode == 78
    assert f"{tmp_path}/vedette.yaml:1: inputs.in.listen" in lines[0]
    assert {line.split(":")[1] for line in lines[1:-1]} == {str(line) for line in range(3, 23)}
    assert "Traceback" not in done.stderr


def test_mistakes_are_records_for_scripts(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text("inputs: {in: {type: tcp, listen: nowhere}}\n")

    done = vedette("check", "-c", tmp_path / "vedette.yaml", "--format", "json")

    first = json.loads(done.stdout.splitlines()[0])
    assert done.returncode == 78
    assert (first["level"], first["line"], first["key"]) == ("mistake", 1, "inputs.in.listen")


def test_a_sound_configuration_exits_with_0_and_its_doubtful_parts_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text(r"profiles: {default: {rules: {ANY: {type: ip, regex: '(\S+)'}}}}" + "\n")

    done = vedette("check", "-c", tmp_path / "vedette.yaml")

    assert done.returncode == 0, done.stderr
    assert "profiles.default.rules.ANY: nothing fixed in its regex" in done.stdout
    assert "no mistakes" in done.stdout


def test_regexes_that_may_be_stopped_at_a_limit_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text(
        "profiles:\n  default:\n    ignore: ['(a+)+(?!a)$', 'plain']\n    rules:\n"
        r"      Back: {type: ip, regex: 'dst=(\S)\1(\S+)'}" + "\n"
        r"      Plain: {type: ip, regex: 'dst=(?:(?:\w+)+:)*(\S+)'}" + "\n"
    )

    done = vedette("check", "-c", tmp_path / "vedette.yaml")

    assert done.returncode == 0, done.stderr
    warned = [line.split(": ")[2] for line in done.stdout.splitlines() if "stopped at a limit" in line]
    assert warned == ["profiles.default.rules.Back", "profiles.default.ignore 1"]


def test_warninglists_that_are_not_there_are_warnings_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "lists" / "dns").mkdir(parents=True)
    (tmp_path / "lists" / "dns" / "list.json").write_text(
        '{"name": "Resolvers", "type": "cidr", "list": ["192.0.2.1"]}'
    )
    (tmp_path / "vedette.yaml").write_text(
        "warninglists:\n  path: lists\n  lists:\n    dns: {outcome: keep}\n    dnz: {outcome: keep}\n"
        "severity:\n  - {when: {warninglist: [Resolvers, Revolvers]}, add: -1}\n"
    )

    done = vedette("check", "-c", tmp_path / "vedette.yaml")

    warned = [line for line in done.stdout.splitlines() if "no warninglist" in line]
    assert done.returncode == 0, done.stderr
    assert len(warned) == 2
    assert "vedette.yaml:5: warninglists.lists.dnz: there is no warninglist `dnz`; did you mean `dns`?" in warned[0]
    assert "vedette.yaml:7: severity[0].when.warninglist" in warned[1]
    assert "no warninglist `Revolvers`; did you mean `Resolvers`?" in warned[1]


def test_a_severity_rule_that_asks_lists_where_there_are_none_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text("severity:\n  - {when: {warninglist: dns}, add: -1}\n")

    done = vedette("check", "-c", tmp_path / "vedette.yaml")

    assert "there is no warninglist `dns`: there is no `warninglists`" in done.stdout
