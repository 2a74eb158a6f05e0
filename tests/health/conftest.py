"""Nothing of a test leaves this machine."""

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: Any) -> None:
    """Whoever connects to an address that is not of this machine fails loudly."""
    connect = socket.create_connection

    def at_home(address: Any, *args: Any, **kwargs: Any) -> Any:
        assert address[0] in ("127.0.0.1", "::1"), f"{address} was asked"
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", at_home)
