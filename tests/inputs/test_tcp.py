"""The TCP input over real sockets: what is said arrives, whoever misbehaves is held off, and it can be stopped."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from inputs.collecting import KeptStreams
from vedette.errors import ListenError
from vedette.inputs import tcp
from vedette.inputs.tcp import TcpInput


@asynccontextmanager
async def listening(streams: KeptStreams, **options: object) -> AsyncIterator[TcpInput]:
    one = TcpInput("siem", "127.0.0.1", 0, streams, **options)  # type: ignore[arg-type]
    await one.start()
    running = asyncio.ensure_future(one.run())
    try:
        yield one
    finally:
        await one.stop()
        await asyncio.wait_for(running, 10)


async def until(condition: Callable[[], bool], within_s: float = 5) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


async def say(one: TcpInput, *texts: bytes) -> None:
    _, writer = await asyncio.open_connection(*one.address)
    for text in texts:
        writer.write(text)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


def test_every_byte_of_a_connection_arrives_with_its_peer() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams) as one:
            await say(one, b"one\n", b"x" * 3_000_000, b"\nlast")
            await until(lambda: bool(streams.opened) and streams.opened[0].finished)

        (stream,) = streams.opened
        assert stream.data == b"one\n" + b"x" * 3_000_000 + b"\nlast"
        assert (stream.origin, stream.peer, stream.numbered) == ("127.0.0.1", "127.0.0.1", False)

    asyncio.run(scenario())


def test_a_sender_waits_while_its_last_chunk_is_not_taken() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        streams.pace.clear()
        async with listening(streams) as one:
            _, writer = await asyncio.open_connection(*one.address)
            writer.write(b"x" * 50_000_000)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(writer.drain(), 0.5)
            assert len(streams.opened[0].data) <= tcp.CHUNK_BYTES

            streams.pace.set()
            await writer.drain()
            writer.close()
            await until(lambda: streams.opened[0].finished)
            assert len(streams.opened[0].data) == 50_000_000

    asyncio.run(scenario())


def test_a_silence_is_told_and_what_comes_after_it_still_arrives() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams, idle_s=0.05) as one:
            _, writer = await asyncio.open_connection(*one.address)
            writer.write(b"half an event")
            await until(lambda: bool(streams.opened) and streams.opened[0].idles > 0)
            writer.write(b" and more")
            await writer.drain()
            writer.close()
            await until(lambda: streams.opened[0].finished)

        assert streams.opened[0].data == b"half an event and more"

    asyncio.run(scenario())


def test_a_reset_ends_one_connection_and_no_other() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams) as one:
            reader = socket.create_connection(one.address)
            await until(lambda: len(streams.opened) == 1)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            reader.close()
            await until(lambda: streams.opened[0].finished)
            await say(one, b"still heard\n")
            await until(lambda: len(streams.opened) == 2 and streams.opened[1].finished)

        assert one.broken == 1
        assert streams.opened[1].data == b"still heard\n"

    asyncio.run(scenario())


def test_one_connection_too_many_is_refused_and_counted() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams, connections=2) as one:
            kept = [await asyncio.open_connection(*one.address) for _ in range(2)]
            reader, writer = await asyncio.open_connection(*one.address)

            assert await asyncio.wait_for(reader.read(), 5) == b""
            assert (one.opened, one.refused) == (2, 1)
            for _, other in (*kept, (reader, writer)):
                other.close()

    asyncio.run(scenario())


def test_a_connection_that_never_said_a_word_makes_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "PATIENCE_S", 0.0)

    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams, connections=1) as one:
            silent, writer = await asyncio.open_connection(*one.address)
            await say(one, b"event\n")

            assert await asyncio.wait_for(silent.read(), 5) == b""
            await until(lambda: len(streams.opened) == 2 and streams.opened[1].finished)
            writer.close()
        assert (one.ousted, one.refused) == (1, 0)
        assert streams.opened[1].data == b"event\n"

    asyncio.run(scenario())


def test_stopping_reads_what_senders_had_got_rid_of() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        streams.pace.clear()
        async with listening(streams) as one:
            with socket.create_connection(one.address) as sender:
                sender.sendall(b"x" * 2_000_000)
                await until(lambda: bool(streams.opened) and bool(streams.opened[0].data))
                await one.stop()
                streams.pace.set()
                await until(lambda: streams.opened[0].finished)

        assert len(streams.opened[0].data) == 2_000_000

    asyncio.run(scenario())


def test_a_sender_that_never_pauses_does_not_hold_up_the_stop() -> None:
    async def scenario() -> None:
        streams = KeptStreams()
        async with listening(streams) as one:
            _, writer = await asyncio.open_connection(*one.address)

            async def for_ever() -> None:
                while True:
                    writer.write(b"x" * 100_000)
                    await writer.drain()

            talking = asyncio.ensure_future(for_ever())
            await until(lambda: bool(streams.opened) and bool(streams.opened[0].data))
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        writer.close()

        assert streams.opened[0].finished

    asyncio.run(scenario())


def test_a_port_in_use_is_said_with_the_address_and_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ListenError) as refusal:
            asyncio.run(TcpInput("siem", "127.0.0.1", port, KeptStreams()).start())

    assert str(refusal.value).startswith(f"inputs.siem.listen: 127.0.0.1:{port}: the port is in use")
    assert "choose another port" in str(refusal.value)
    assert refusal.value.exit_code == 71


@pytest.mark.parametrize(
    ("host", "words"),
    [("192.0.2.1", "this machine has no such address"), ("no-such-name.invalid", "is no address or name")],
)
def test_an_address_that_is_not_ours_is_said(host: str, words: str) -> None:
    with pytest.raises(ListenError, match=words):
        asyncio.run(TcpInput("siem", host, 9999, KeptStreams()).start())
