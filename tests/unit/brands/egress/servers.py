"""A server that answers as a test says, over HTTP or TLS, and counts who came; and a network that leads to it."""

import datetime
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from brands.egress import Network
from brands.egress.addresses import Address, parsed

Script = Callable[[socket.socket, bytes], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def says(answer: bytes) -> Script:
    return lambda sock, request: sock.sendall(answer)


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


class Listener:
    """Counts connections; reads one request on each, then plays the script that stands for its path, or `/`."""

    def __init__(self, address: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.requests: list[bytes] = []
        self.scripts: dict[str, Script] = {"/": says(OK)}
        self.stopping = threading.Event()
        self._tls = tls
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, port), family=family)
        self._socket.settimeout(0.02)
        self.port: int = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            with suppress(TimeoutError):
                sock, _ = self._socket.accept()
                self.connections += 1
                self._threads.append(threading.Thread(target=self._serve, args=(sock,)))
                self._threads[-1].start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        with sock, suppress(OSError):
            if self._tls is None:
                self._answer(sock)
            else:
                with self._tls.wrap_socket(sock, server_side=True) as wrapped:
                    self._answer(wrapped)

    def _answer(self, sock: socket.socket) -> None:
        request = _read(sock)
        if not request:
            return
        self.requests.append(request)
        path = request.split()[1].decode().partition("?")[0]
        self.scripts.get(path, self.scripts["/"])(sock, request)


def _read(sock: socket.socket) -> bytes:
    """One request with its body; nothing when the client left."""
    request = b""
    while not (end := request.find(b"\r\n\r\n") + 4) > 3 or len(request) < end + _length(request[:end]):
        data = sock.recv(65536)
        if not data:
            return b""
        request += data
    return request


def _length(head: bytes) -> int:
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return int(found[1]) if found else 0


@contextmanager
def listening(address: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    listener = Listener(address, port=port, tls=tls)
    try:
        yield listener
    finally:
        listener.stop()


def leading_to(port: int, *answers: str) -> Network:
    """Every name has these addresses (127.0.0.1 without any), and every address leads to the listener at `port`."""

    def connect(address: Address, _: int, seconds: float) -> socket.socket:
        return socket.create_connection(("::1" if address.version == 6 else "127.0.0.1", port), timeout=seconds)

    addresses = [parsed(answer) for answer in answers or ("127.0.0.1",)]
    return Network(resolve=lambda host, seconds: addresses, connect=connect)


def named(**answers: str) -> Network:
    """Names (with _ for a dot) and their address; connections are real."""
    known = {name.replace("_", "."): parsed(answer) for name, answer in answers.items()}

    def resolve(host: str, seconds: float) -> list[Address]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [known[host]]

    return Network(resolve=resolve)


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(folder: Path, *names: str) -> Path:
    """A self-signed certificate for names and addresses, with its key, as a PEM file."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(_key(), hashes.SHA256())
    )
    pem = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{len(list(folder.iterdir()))}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem)
    return file


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def server_context(pem: Path, asked: list[str | None]) -> ssl.SSLContext:
    """TLS with this certificate; the names that clients ask for (SNI) are noted in `asked`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda sock, name, ctx: asked.append(name)
    return context
