import pytest

from vedette.detections.severity import severity_of, syslog_severity


@pytest.mark.parametrize(
    ("confidence", "severity", "syslog"), [(0, 0, 5), (44, 4, 4), (65, 7, 3), (85, 9, 2), (100, 10, 2)]
)
def test_severity_follows_confidence(confidence: int, severity: int, syslog: int) -> None:
    assert severity_of(confidence) == severity
    assert syslog_severity(severity) == syslog
