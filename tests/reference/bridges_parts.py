"""What the tests of the bridges share: connections on this machine, and streams to send over them."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet import ssl
from twisted.internet.defer import maybeDeferred, succeed
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol, wrapClientTLS
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol

from tests.reactor import turnUntil, waitFor
from tests.reference.script import Script
from web2stream.consume import readStream
from web2stream.producer import ProducerStream

DATA = b"".join(b"%07d\n" % n for n in range(250_000))
"""Two million bytes, no two places alike: more than sockets and their buffers hold."""


class Feeding(Protocol):
    """A connection whose input is a ProducerStream, which pauses the connection."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.stream = ProducerStream()
        self.most = 0
        self.lost = False

    def connectionMade(self) -> None:
        self.stream.registerProducer(self.transport, True)

    def dataReceived(self, data: bytes) -> None:
        self.stream.write(data)
        self.most = max(self.most, len(self.stream.buffer))

    def connectionLost(self, reason: Any = None) -> None:
        self.lost = True
        self.stream.unregisterProducer()
        self.stream.finish(None if reason.check(ConnectionDone) else reason)


class Wire:
    """Two ends of one real connection."""

    def __init__(self, near: Feeding, far: Feeding) -> None:
        self.near = near
        self.far = far


def certificate() -> tuple[ssl.PrivateCertificate, Any]:
    """Make a certificate for localhost, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    both = made.public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = ssl.PrivateCertificate.loadPEM(both)
    return own, ssl.optionsForClientTLS("localhost", trustRoot=ssl.Certificate.loadPEM(both))


class Listening:
    """Servers on loopback, all closed in the end."""

    def __init__(self) -> None:
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self._ports: list[Any] = []
        self.ends: list[Feeding] = []

    def listen(self, factory: Any, options: Any = None) -> int:
        if options is None:
            port = self.reactor.listenTCP(0, factory, interface="127.0.0.1")
        else:
            port = self.reactor.listenSSL(0, factory, options, interface="127.0.0.1")
        self._ports.append(port)
        number: int = port.getHost().port
        return number

    def wire(self, tls: bool) -> Wire:
        """Connect two Feeding protocols."""

        def build() -> Feeding:
            self.ends.append(Feeding())
            return self.ends[-1]

        own, trust = certificate() if tls else (None, None)
        factory = Factory.forProtocol(build)
        port = self.listen(factory, own.options() if own is not None else None)
        endpoint: Any = TCP4ClientEndpoint(self.reactor, "127.0.0.1", port)
        if trust is not None:
            endpoint = wrapClientTLS(trust, endpoint)
        near = waitFor(connectProtocol(endpoint, Feeding()))
        turnUntil(lambda: bool(self.ends) and self.ends[0].transport is not None)
        self.ends.append(near)
        return Wire(near, self.ends[0])

    def close(self) -> None:
        for port in self._ports:
            waitFor(maybeDeferred(port.stopListening))
        for end in self.ends:
            if not end.lost:
                end.transport.abortConnection()
        turnUntil(lambda: all(end.lost for end in self.ends))


@pytest.fixture
def loopback() -> Iterator[Listening]:
    """A maker of servers on this machine."""
    listening = Listening()
    yield listening
    listening.close()


def source(data: bytes = DATA, size: int = 40_000) -> Script:
    """A stream that gives some of its chunks at once and some by Deferred."""
    chunks = [data[n : n + size] for n in range(0, len(data), size)]
    return Script([chunk if n % 3 else succeed(chunk) for n, chunk in enumerate(chunks)], len(data))


def joined(stream: Any) -> bytes:
    """Read a stream to its end, in the reactor's turns."""
    out = io.BytesIO()
    got: list[bytes] = []
    waitFor(readStream(stream, got.append))
    out.close()
    return b"".join(got)
