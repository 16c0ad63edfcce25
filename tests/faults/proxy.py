"""A TCP proxy of our own between a service and a server, which can spoil what passes through it."""

import asyncio
import contextlib
import socket
import struct
import threading
from enum import StrEnum
from types import TracebackType

_CHUNK_BYTES = 65_536
_SLOW_BYTES_A_SECOND = 1024
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: close() sends RST instead of FIN


class Road(StrEnum):
    """What becomes of the bytes on their way."""

    OPEN = "open"
    RESET = "reset"
    BLACK_HOLE = "black hole"
    NOTHING_OUT = "nothing out"
    NOTHING_BACK = "nothing back"
    SLOW = "1 KB/s"


class Link:
    """One way from a service to a server, at a port of its own; its road can be changed."""

    def __init__(self, name: str, host: str, port: int) -> None:
        self.name = name
        self.port = 0
        self.road = Road.OPEN
        self._server = (host, port)
        self._changed = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    async def listen(self) -> asyncio.Server:
        """Begin to take connections."""
        listener = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        return listener

    async def become(self, road: Road) -> None:
        """Treat what passes from now on in this way; a reset also ends what is connected."""
        self.road = road
        self._changed.set()
        self._changed = asyncio.Event()
        if road is Road.RESET:
            self.cut()

    def cut(self) -> None:
        """End all connections by RST; what was on its way is lost."""
        for writer in list(self._writers):
            _reset(writer)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.road is Road.RESET:
            _reset(writer)
            return
        self._writers.add(writer)
        try:
            await self._passage()
            there_reader, there_writer = await asyncio.open_connection(*self._server)
        except OSError:
            self._writers.discard(writer)
            _reset(writer)
            return
        self._writers.add(there_writer)
        try:
            # Cancelled at the very end, when nobody asks any more what passes here.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(
                    self._carry(reader, there_writer),
                    self._carry(there_reader, writer, are_answers=True),
                )
        finally:
            for each in (writer, there_writer):
                self._writers.discard(each)
                each.close()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        are_answers: bool = False,
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(self._most()):
                await self._passage(are_answers=are_answers)
                if self.road is Road.SLOW:
                    await asyncio.sleep(len(chunk) / _SLOW_BYTES_A_SECOND)
                    await self._passage(are_answers=are_answers)
                writer.write(chunk)
                await writer.drain()
        # Whoever closed, or broke off, is gone; the other side learns of it as of anything else.
        await self._passage(are_answers=are_answers)
        writer.close()

    async def _passage(self, *, are_answers: bool = False) -> None:
        """Return when the road lets something pass."""
        closed = {Road.BLACK_HOLE, Road.NOTHING_BACK if are_answers else Road.NOTHING_OUT}
        while self.road in closed:
            await self._changed.wait()

    def _most(self) -> int:
        return _SLOW_BYTES_A_SECOND // 8 if self.road is Road.SLOW else _CHUNK_BYTES


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


class Proxy:
    """Links in a thread of their own, until `close`."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self._loop = asyncio.new_event_loop()
        self._listeners: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def link(self, name: str, host: str, port: int) -> Link:
        """The link of this name, made when it is first asked for."""
        if name not in self.links:
            made = Link(name, host, port)
            listener = asyncio.run_coroutine_threadsafe(made.listen(), self._loop).result(10)
            self._listeners.append(listener)
            self.links[name] = made
        return self.links[name]

    def set_road(self, name: str, road: Road) -> None:
        """Treat what passes over a link in this way from now on."""
        asyncio.run_coroutine_threadsafe(self.links[name].become(road), self._loop).result(10)

    def close(self) -> None:
        """End all links and their connections."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        for listener in self._listeners:
            listener.close()
        for link in self.links.values():
            await link.become(Road.RESET)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
