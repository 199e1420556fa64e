from pathlib import Path

import pytest

from vedette.config.checking import Checks
from vedette.config.loading import Loaded, settle
from vedette.config.yaml import parse_yaml
from vedette.errors import ConfigurationError

FORTY_MISTAKES = """\
inputs:
  a b: {type: tcp, listen: '1.2.3.4:5'}
  b: {type: ttcp}
  c: {}
  d: 5
  e: {type: tcp, lisen: '[::1]:5'}
  f: {type: tcp, listen: '1.2.3.4:99999'}
  g: {type: tcp, listen: '1.2.3.4:5', delimiter: '['}
threads: x
feeds:
  x: {fields: [{kind: zz, rules: [A]}], confidence: 500}
  y: {path: nope}
  z: {path: nope, enabled: false, actionable: {a: 'c s'}}
foo: 1
profiles:
  special:
    ignore: [5, '[']
    peers: [10.0.0.0/8, nobody]
    rules: {R: {type: urll, regex: x}, S: {type: url}, T: {type: auto, regex: x}, U: {regex: '['}}
outputs:
  siem: {type: syslog, address: x, template: smoke}
templates:
  mine: {evnt: x}
  cef: {event: x}
"""
EXPECTED = [
    (2, "inputs.a b"),
    (3, "inputs.b.type"),
    (4, "inputs.c.type"),
    (5, "inputs.d"),
    (6, "inputs.e.listen"),
    (6, "inputs.e.lisen"),
    (7, "inputs.f.listen"),
    (8, "inputs.g.delimiter"),
    (9, "threads"),
    (11, "feeds.x.path"),
    (11, "feeds.x.confidence"),
    (11, "feeds.x.fields[0].field"),
    (11, "feeds.x.fields[0].kind"),
    (11, "feeds.x.fields[0].rules[0]"),
    (12, "feeds.y.path"),
    (13, "feeds.z.actionable.a"),
    (14, "foo"),
    (15, "profiles"),
    (17, "profiles.special.ignore[0]"),
    (17, "profiles.special.ignore[1]"),
    (18, "profiles.special.peers[1]"),
    (19, "profiles.special.rules.R.type"),
    (19, "profiles.special.rules.S.regex"),
    (19, "profiles.special.rules.T.regex"),
    (19, "profiles.special.rules.U.regex"),
    (21, "outputs.siem.address"),
    (21, "outputs.siem.template"),
    (23, "templates.mine.event"),
    (23, "templates.mine.evnt"),
    (24, "templates.cef"),
]


def broken_bracket(pattern: str, _caseless: bool) -> str | None:
    return "missing terminating ] at offset 1" if pattern == "[" else None


def loaded(text: str, folder: Path = Path("/nowhere")) -> Loaded:
    path = folder / "vedette.yaml"
    return settle(parse_yaml(text.encode(), str(path)), path, checks=Checks(regex=broken_bracket))


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        loaded(text)
    return [str(one) for one in raised.value.mistakes]


def test_all_mistakes_are_named_at_once_each_with_its_line_and_key() -> None:
    with pytest.raises(ConfigurationError) as raised:
        loaded(FORTY_MISTAKES)

    assert sorted((one.line, one.key) for one in raised.value.mistakes) == sorted(EXPECTED)
    assert raised.value.exit_code == 78


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thread: 1", "thread: is not a key here; did you mean `threads`? There are: "),
        ("threads: two", "threads: should be a whole number, not 'two'"),
        ("threads: 0", "threads: should be greater than or equal to 1, not 0"),
        ("inputs: {a: {type: udp}}", "inputs.a.type: no type named 'udp'; "),
        ("inputs: {a: {type: tcp, listen: x}}", "does not have the form `address:port`, such as `127.0.0.1:9999`"),
        ("feeds: {a: {path: x}}", "feeds.a.path: there is no file `/nowhere/x`"),
        ("outputs: {a: {type: stdout, template: smoke}}", "no template named `smoke`; there are: cef, json"),
        ("profiles: {default: {rules: {A: {type: url, regex: '['}}}}", "missing terminating ] at offset 1"),
        ("feeds: 5", "feeds: should be a mapping of names to values, not 5"),
        ("retry: .inf", "retry: is not a key here"),
        ("profiles: {default: {rules: {A: {type: ip, cef: dst, kv: dst}}}}", "rules.A.kv: stands beside `cef`: a rule"),
        ("profiles: {default: {rules: {A: {type: ip, regex: x, json: $.a}}}}", "rules.A.regex: stands beside `json`"),
        ("profiles: {default: {rules: {A: {csv: 0, regex: x}}}}", "rules.A.csv: should be greater than or equal to 1"),
        (
            "profiles: {default: {rules: {A: {jsn: a, regex: x}}}}",
            "rules.A.jsn: is not a key here; did you mean `json`?",
        ),
        ("own: {networks: [10.0.0.0/8, nobody]}", "own.networks[1]: should be an address or network, not 'nobody'"),
        ("severity: [{add: 1}, {when: {direction: in}, add: 1}]", "severity[1].when.direction[0]: should be 'inbound'"),
        ("severity: [{when: {kind: ipv5}, add: 1}]", "severity[0].when.kind: there is no kind `ipv5`; did you mean"),
        ("allowlist: {entries: [{value: a, owner: b, expires: never}]}", "allowlist.entries[0].reason: is missing"),
        ("allowlist: {entries: [{value: a, owner: b, reason: c}]}", "allowlist.entries[0].expires: is missing"),
        (
            "allowlist: {entries: [{value: a, owner: b, reason: c, expires: soon}]}",
            "allowlist.entries[0].expires: should be a date such as `2027-06-30`, or `never`, not 'soon'",
        ),
        ("feeds: {a: {path: ., enabled: false, lifetime_days: 0}}", "feeds.a.lifetime_days: should be greater than 0"),
        ("outputs: {a: {type: stdout, cold: maybe}}", "outputs.a.cold"),
        ("severity: [{add: 1, set: 1}]", "severity[0]: should have either `add` or `set`, not a mapping"),
    ],
)
def test_a_mistake_says_what_was_wrong_and_what_is_allowed(text: str, said: str) -> None:
    assert len(mistakes(text)) == 1
    assert said in mistakes(text)[0]


def test_an_empty_configuration_is_whole_and_warns_that_it_does_nothing() -> None:
    done = loaded("")

    assert done.configuration.profiles["default"].rules["auto"].type == "auto"
    assert [one.key for one in done.warnings] == ["feeds", "inputs", "outputs"]


def test_a_profile_that_takes_no_event_is_warned_of() -> None:
    done = loaded("profiles: {default: {rules: {a: {type: auto}}}, other: {rules: {a: {type: auto}}}}")

    assert any(one.key == "profiles.other" and "takes no event" in one.message for one in done.warnings)


def test_relative_paths_begin_at_the_configurations_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()

    done = loaded("feeds: {a: {path: a.txt}}\noutputs: {o: {type: file, path: out.json}}", tmp_path)

    assert done.anchored.feeds["a"].path == tmp_path / "a.txt"
    assert done.anchored.state == tmp_path / "vedette-state"
    assert done.anchored.outputs["o"].model_dump()["path"] == tmp_path / "out.json"
