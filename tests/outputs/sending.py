"""Sending once, and letting go."""

from collections.abc import Sequence

from vedette.outputs.output import Output


async def send(output: Output, lines: Sequence[bytes]) -> None:
    try:
        await output.send(lines)
    finally:
        await output.close()
