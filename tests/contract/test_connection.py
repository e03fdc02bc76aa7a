import subprocess
import threading
from pathlib import Path

from cli import valkey
from contract.connection import connect
from tests.conftest import wait_for


def test_a_client_rides_out_a_restart_of_its_server(runtime: Path) -> None:
    socket = runtime / "restarted.sock"
    command = valkey.queue_server(socket=socket, folder=runtime / "restarted")
    first = subprocess.Popen(command)
    wait_for(socket.exists)
    client = connect(f"unix://{socket}", patience=200)
    client.set("a", "kept")
    first.kill()
    first.wait()
    started: list[subprocess.Popen[bytes]] = []
    threading.Timer(0.5, lambda: started.append(subprocess.Popen(command))).start()
    try:
        assert client.get("a") == b"kept"
    finally:
        wait_for(lambda: started)
        started[0].kill()
        started[0].wait()
        client.close()
