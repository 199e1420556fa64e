"""The demo, run as `make run` runs it: without a terminal it ends by itself."""

from cli.command import vedette


def test_the_demo_ends_by_itself_and_accounts_for_every_event() -> None:
    done = vedette("demo")

    assert done.returncode == 0, done.stderr
    assert "16 events received = 9 matched + 7 unmatched + 0 ignored + 0 dropped" in done.stdout
    assert "10 detections, 10 arrived at the SIEM's side" in done.stdout


def test_the_demo_says_why_each_was_found_and_why_others_were_not() -> None:
    shown = " ".join(vedette("demo").stdout.split())

    assert "the address lies in 198.51.100.0/28" in shown
    assert "a name at or below panel-gate.example" in shown
    assert "cms.example/wp-content/plugins/upd/x.php fits the mask" in shown
    assert "not found, and rightly: my-update-cdn.example" in shown
