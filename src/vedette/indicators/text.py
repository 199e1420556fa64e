"""Bytes of events and feeds as text for people."""


def text_of(value: bytes) -> str:
    r"""The text of these bytes; those that are not UTF-8 stand as `\xff`."""
    return value.decode("utf-8", "backslashreplace")
