"""What a kernel says must not wait for a browser's acknowledgement."""

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from smtplesson.command import prompt


class Connection:
    """What is asked of Jupyter's own class: a handler, and to connect."""

    def __init__(self, websocket_handler: WebSocketHandler) -> None:
        self.websocket_handler = websocket_handler

    async def connect(self) -> str:
        return "connected"


async def delays(connections: type[Any]) -> tuple[bool, str]:
    """Whether a WebSocket holds short messages back after one of these has connected."""
    seen: asyncio.Future[tuple[bool, str]] = asyncio.get_running_loop().create_future()

    class Handler(WebSocketHandler):
        async def open(self, *_: str, **__: str) -> None:
            said = await connections(self).connect()
            protocol: Any = self.ws_connection
            its_socket: socket.socket = protocol.stream.socket
            option = its_socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            seen.set_result((not option, said))

    server, (listener, port) = HTTPServer(Application([("/", Handler)])), bind_unused_port()
    server.add_sockets([listener])
    client = await websocket_connect(f"ws://127.0.0.1:{port}/")
    try:
        return await asyncio.wait_for(seen, 10)
    finally:
        client.close()
        server.stop()


@pytest.mark.parametrize(("with_ours", "delayed"), [(False, True), (True, False)])
def test_a_connection_holds_nothing_back(with_ours: bool, delayed: bool) -> None:
    settings = {"kernel_websocket_connection_class": Connection}
    if with_ours:
        server = SimpleNamespace(web_app=SimpleNamespace(settings=settings))
        prompt._load_jupyter_server_extension(server)
    found = asyncio.run(delays(settings["kernel_websocket_connection_class"]))
    assert found == (delayed, "connected")


def test_jupyters_own_connection_can_be_made_prompt() -> None:
    ours = prompt.prompt(ZMQChannelsWebsocketConnection)
    assert issubclass(ours, ZMQChannelsWebsocketConnection)
    assert "websocket_handler" in ours.class_traits()
    assert prompt._jupyter_server_extension_points() == [{"module": prompt.__name__}]
