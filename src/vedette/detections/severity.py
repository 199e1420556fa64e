"""How bad a detection is, 0 to 10, and what syslog calls that."""


def severity_of(confidence: int) -> int:
    """A detection's severity: its feed's confidence in tenths, halves rounded up."""
    return min(10, max(0, (confidence + 5) // 10))


def syslog_severity(severity: int) -> int:
    """RFC 5424's severity: 5 notice, 4 warning, 3 error, 2 critical; 1 and 0 are left to the receiver's own machine."""
    if severity >= 9:
        return 2
    if severity >= 7:
        return 3
    return 4 if severity >= 4 else 5
