"""The sample feeds and events that come with the package, and a configuration over them."""

from pathlib import Path

from vedette.config.settings import Configuration, Feed, FieldRule, SyslogOutput, TcpInput

SAMPLES = Path(__file__).parent / "samples"
EVENTS = SAMPLES / "events.log"

NEAR_MISSES = (
    ("my-update-cdn.example", "a longer name is no subdomain: update-cdn.example does not reach it"),
    ("192.0.2.19", "no feed knows the address"),
    ("d41d8cd98f00b204e9800998ecf8427e", "no feed knows the file"),
)
"""(observable, why not): values of the sample events that look suspicious and are not found."""


def configuration(state: Path, siem_port: int, input_port: int = 0) -> Configuration:
    """Everything on loopback: events come in over TCP, detections go to the SIEM's side as CEF."""
    return Configuration(
        state=state,
        inputs={"events": TcpInput(listen=f"127.0.0.1:{input_port}")},
        feeds={
            "scanners": Feed(path=SAMPLES / "addresses.txt", category="Scanner", confidence=60),
            "names": Feed(path=SAMPLES / "names.csv"),
            "malware": Feed(
                path=SAMPLES / "hashes.jsonl",
                category="Malware file",
                confidence=95,
                fields=(FieldRule(field="sha256", kind="sha256"), FieldRule(field="md5", kind="md5")),
            ),
            "botnets": Feed(path=SAMPLES / "Botnet_CnC_URL_Data_Feed.json", confidence=100, provider="Samples"),
        },
        outputs={"siem": SyslogOutput(address=f"127.0.0.1:{siem_port}", template="cef")},
    )
