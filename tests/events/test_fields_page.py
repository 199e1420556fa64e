"""The page on fields says what the core knows."""

from pathlib import Path

from vedette import _core

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fields.md").read_text()


def test_the_page_lists_every_name_of_the_ends_and_every_word_of_the_action() -> None:
    for word, names in {**_core.END_NAMES, **_core.ACTION_WORDS}.items():
        if word != "action":
            assert f"| {word} | {' '.join(f'`{name}`' for name in names)} |" in PAGE
    assert f"| action | {' '.join(f'`{name}`' for name in _core.END_NAMES['action'])} |" in PAGE
