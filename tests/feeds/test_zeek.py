"""Files of Zeek's intelligence framework."""

from pathlib import Path

from feed_rows import read_text

FIELDS = "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n"


def test_each_type_is_of_its_kind(tmp_path: Path) -> None:
    rows = [
        ("192.0.2.1", "Intel::ADDR"),
        ("2001:db8::/32", "Intel::SUBNET"),
        ("bad.example.com/x\\x2dy", "Intel::URL"),
        ("bad.example.com", "Intel::DOMAIN"),
        ("mal@bad.example", "Intel::EMAIL"),
        ("a" * 32, "Intel::FILE_HASH"),
        ("b" * 40, "Intel::CERT_HASH"),
    ]

    collector, report = read_text(tmp_path, FIELDS + "".join(f"{value}\t{type_}\tlist\t-\n" for value, type_ in rows))

    assert collector.values() == [
        ("ipv4", "192.0.2.1", None),
        ("cidr", "2001:db8::/32", None),
        ("url", "bad.example.com/x-y", None),
        ("domain", "bad.example.com", "host"),
        ("email", "mal@bad.example", None),
        ("md5", "a" * 32, None),
        ("sha1", "b" * 40, None),
    ]
    assert collector.contexts()[0] == {"indicator": "192.0.2.1", "indicator_type": "Intel::ADDR", "meta.source": "list"}
    assert (report.format, report.rejected) == ("zeek", 0)


def test_a_type_of_none_of_our_kinds_is_left_out_and_a_made_up_one_refused(tmp_path: Path) -> None:
    lines = ["192.0.2.1\tIntel::ADDR", "evil.exe\tIntel::FILE_NAME", "x\tIntel::ODD", "\tIntel::ADDR", "alone"]

    collector, report = read_text(tmp_path, FIELDS + "# a note\n" + "\n".join(lines))

    assert len(collector.rows) == 1
    assert dict(report.left_out) == {"of type Intel::FILE_NAME": 1, "comments": 1}
    assert [reject.place for reject in report.rejects] == [5, 6, 7]


def test_a_line_above_all_names_is_refused(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, f"192.0.2.1\tIntel::ADDR\n{FIELDS}192.0.2.2\tIntel::ADDR\n", format="zeek")

    assert [value for _, value in collector.pairs()] == ["192.0.2.2"]
    assert [str(reject.reason) for reject in report.rejects] == ["no line `#fields` above it names its columns"]
