"""Inputs and outputs made from their settings: one line in a table for each type."""

from collections.abc import Callable
from typing import Any

from vedette.config import settings
from vedette.detections.templates.template import Template
from vedette.inputs.file import FileInput
from vedette.inputs.input import Input, Streams
from vedette.inputs.stdin import StdinInput
from vedette.inputs.tcp import TcpInput
from vedette.outputs.file import FileOutput
from vedette.outputs.output import Output
from vedette.outputs.stdout import StdoutOutput
from vedette.outputs.syslog import SyslogTcpOutput
from vedette.outputs.syslog_header import WithHeader
from vedette.outputs.syslog_udp import SyslogUdpOutput


def input_of(name: str, its: settings.Input, streams: Streams) -> Input:
    """The input that these settings describe."""
    return _INPUTS[type(its)](name, its, streams)


def output_of(its: settings.Output) -> Output:
    """The output that these settings describe."""
    return _OUTPUTS[type(its)](its)


def with_header(its: settings.Output, template: Template) -> Template:
    """The template, with a syslog header before it where the settings ask for one."""
    return WithHeader(template) if isinstance(its, settings.SyslogOutput) and its.header else template


def _tcp(name: str, its: settings.TcpInput, streams: Streams) -> Input:
    host, port = host_and_port(its.listen)
    # Without a delimiter an event ends with its line: half a line is still to be completed.
    return TcpInput(name, host, port, streams, idle_s=its.idle_s if its.delimiter else None)


def _file(name: str, its: settings.FileInput, streams: Streams) -> Input:
    return FileInput(name, its.path, streams)


def _stdin(name: str, its: settings.StdinInput, streams: Streams) -> Input:
    del its
    return StdinInput(name, streams)


def _syslog(its: settings.SyslogOutput) -> Output:
    host, port = host_and_port(its.address)
    if its.protocol == "udp":
        return SyslogUdpOutput(host, port)
    return SyslogTcpOutput(host, port, its.timeout_s)


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of an address of the configuration."""
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


_INPUTS: dict[type, Callable[[str, Any, Streams], Input]] = {
    settings.TcpInput: _tcp,
    settings.FileInput: _file,
    settings.StdinInput: _stdin,
}
_OUTPUTS: dict[type, Callable[[Any], Output]] = {
    settings.SyslogOutput: _syslog,
    settings.FileOutput: lambda its: FileOutput(its.path),
    settings.StdoutOutput: lambda _: StdoutOutput(),
}
