"""`vedette index`: built, looked at, verified, rolled back."""

import json
import shutil
from pathlib import Path

from cli.command import vedette


def built(folder: Path, *values: str) -> Path:
    """A generation of these plain values."""
    feed = folder / "bad.txt"
    feed.write_text("\n".join(values) + "\n")
    done = vedette("index", "build", "--feed", f"bad={feed},category=Bad,confidence=80", "--out", folder / "iocs")
    assert done.returncode == 0, done.stderr
    return folder / "iocs"


def test_a_build_prints_what_each_feed_gave_and_its_rejects_with_their_place(tmp_path: Path) -> None:
    feed = tmp_path / "bad.txt"
    feed.write_text("203.0.113.9\nnot an indicator\nbad.example.com\n")

    done = vedette("index", "build", "--feed", f"bad={feed}", "--out", tmp_path / "iocs", "--format", "json")

    report = json.loads(done.stdout)
    assert (report["records"], report["indicators"], report["rejected"]) == (3, 2, 1)
    assert f"{feed}: line 2" in done.stderr
    assert done.returncode == 0


def test_a_feed_that_cannot_be_read_is_named_and_the_others_are_built(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("203.0.113.9\n")

    done = vedette(
        "index", "build", "--feed", f"good={tmp_path}/good.txt", "--feed", f"gone={tmp_path}/gone.txt",
        "--out", tmp_path / "iocs",
    )  # fmt: skip

    assert done.returncode == 65
    assert "feeds.gone" in done.stderr
    assert "no such file" in done.stderr
    assert "203.0.113.9" in vedette("lookup", "--index", tmp_path / "iocs", "203.0.113.9").stdout


def test_a_wrong_key_of_a_feed_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    done = vedette("index", "build", "--feed", "bad=x.txt,colour=red", "--out", tmp_path / "iocs")

    assert done.returncode == 2
    assert "colour" in done.stderr
    assert "confidence" in done.stderr


def test_a_feed_on_the_command_line_says_which_fields_hold_indicators(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1|192.0.2.1|gate.example\n2|192.0.2.2|panel.example\n")
    (tmp_path / "b.json").write_text('[{"files": [{"MD5": "776735A8CA96DB15B422879DA599F474", "note": "192.0.2.9"}]}]')
    table = f"table={tmp_path}/a.csv,delimiter=|,header=false,field=2,field=3:domain,tags=x,tags=y"

    done = vedette(
        "index", "build", "--feed", table, "--feed", f"files={tmp_path}/b.json,field=files/MD5:md5",
        "--out", tmp_path / "iocs", "--format", "json",
    )  # fmt: skip

    answer = vedette("lookup", "--index", tmp_path / "iocs", "panel.example", "--format", "json")
    assert [json.loads(line)["indicators"] for line in done.stdout.splitlines()] == [4, 1]
    assert json.loads(answer.stdout)["tags"] == ["x", "y"]


def test_info_counts_the_entries_of_each_feed(tmp_path: Path) -> None:
    index = built(tmp_path, "203.0.113.9", "bad.example.com")

    info = json.loads(vedette("index", "info", index, "--format", "json").stdout)

    assert info["feeds"] == {"bad": 2}
    assert info["stats"]["entries.domain"] == 1
    assert info["generation"] == 1


def test_an_earlier_generation_is_listed_verified_and_rolled_back_to(tmp_path: Path) -> None:
    built(tmp_path, "203.0.113.9")
    index = built(tmp_path, "203.0.113.10")

    rolled = vedette("index", "rollback", index)

    listed = [json.loads(line) for line in vedette("index", "list", index, "--format", "json").stdout.splitlines()]
    assert rolled.returncode == 0, rolled.stderr
    assert [(one["generation"], one["in_force"]) for one in listed] == [(1, "yes"), (2, "")]
    assert vedette("index", "verify", index, "--generation", "2").returncode == 0
    assert "203.0.113.9" in vedette("lookup", "--index", index, "203.0.113.9").stdout


def test_one_flipped_bit_is_found_and_the_way_back_is_told(tmp_path: Path) -> None:
    index = built(tmp_path, "203.0.113.9")
    file = index / "000001" / "index.vdx"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)

    verified = vedette("index", "verify", index)
    looked_up = vedette("lookup", "--index", index, "203.0.113.9")

    assert verified.returncode == looked_up.returncode == 66
    assert "index.vdx" in verified.stderr
    assert "vedette index build" in looked_up.stderr
    assert "Traceback" not in verified.stderr + looked_up.stderr


def test_a_list_names_the_generations_that_can_be_read_though_another_cannot(tmp_path: Path) -> None:
    built(tmp_path, "203.0.113.9")
    index = built(tmp_path, "203.0.113.10")
    (index / "000001" / "manifest.json").unlink()

    done = vedette("index", "list", index, "--format", "json")
    shutil.rmtree(index / "000002")
    gone = vedette("index", "list", index, "--format", "json")

    listed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["generation"], one["in_force"], one.get("entries")) for one in listed] == [
        (1, "", None),
        (2, "yes", 1),
    ]
    assert (done.returncode, gone.returncode) == (66, 66)
    assert "000001/manifest.json" in done.stderr
    assert "generation 2 is not there" in gone.stderr
    assert [json.loads(line)["generation"] for line in gone.stdout.splitlines()] == [1]


def test_no_index_is_said_in_words(tmp_path: Path) -> None:
    done = vedette("index", "verify", tmp_path)

    assert done.returncode == 66
    assert "no generation" in done.stderr
