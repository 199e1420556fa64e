"""CyberTrace configurations made for tests: a sound one, with parts exchanged."""

RULES = '<RE_HASH type="HASH">([\\da-f]{32})</RE_HASH><RE_IP type="IP" extract="first">dst=(\\S+)</RE_IP>'
FEED = '<Feed filename="a.json"><Field name="ip" matching_type="Exact" input_regexp_to_match="RE_IP"/></Feed>'


def made_conf(
    *,
    connection: str = "127.0.0.1:9999",
    sources: str = f'<Source id="default">{RULES}</Source>',
    output: str = "<ConnectionString>127.0.0.1:9514</ConnectionString><EventFormat>%Category%</EventFormat>",
    feeds: str = "",
    more: str = "",
) -> str:
    """The file's text; every part stands on a line of its own."""
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<Configuration>",
            "<InputSettings>",
            f"<ConnectionString>{connection}</ConnectionString>",
            f"<RegExps>{sources}</RegExps>",
            "</InputSettings>",
            f"<OutputSettings>{output}</OutputSettings>",
            f"<Feeds>{feeds}</Feeds>",
            more,
            "</Configuration>",
        ]
    )
