"""What a kernel says reaches the page at once: an extension of Jupyter's server.

Tornado leaves Nagle's algorithm on in a WebSocket, and a browser with nothing to send puts its
acknowledgement off for up to 40 ms (both are TCP's: RFC 9293). So long would the second of two
short messages wait, such as a reply in the Console after the kernel's "busy". `lab_config` has the
file that switches the extension on.
"""

from typing import Any


def prompt(connections: type[Any]) -> type[Any]:
    """The same connections of a page to a kernel, but their messages do not wait for each other.

    connections: a class as Jupyter's `kernel_websocket_connection_class` names one.
    """

    class Prompt(connections):  # type: ignore[misc]  # any class that somebody has set
        async def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return await super().connect()

    return Prompt


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Puts the prompt connections in the place of those that the server has."""
    settings = server.web_app.settings
    name = "kernel_websocket_connection_class"
    settings[name] = prompt(settings[name])
