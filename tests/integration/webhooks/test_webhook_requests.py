"""Requests to the addresses of webhooks, which users choose."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm.domain.webhooks.delivery import Result
from crm.services.webhooks import http_post
from tests.support.webhook_receiver import Receiver, receiver

Resolve = Callable[..., None]


@pytest.fixture
def any_target(set_environment: Callable[..., None]) -> None:
    set_environment(WEBHOOK_TARGETS="any")


@pytest.fixture
def local_receiver(any_target: None) -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def resolved_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Resolve names under example to this machine, and record the lookups."""
    real, names = socket.getaddrinfo, list[str]()

    def resolve(host: Any, *more: Any, **named: Any) -> Any:
        if not str(host).endswith(".example"):
            return real(host, *more, **named)
        names.append(host)
        return real("127.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


def post(url: str) -> Result:
    return http_post.post(url, {"content-type": "application/json"}, b"{}")


def port_of(local_receiver: Receiver) -> str:
    return local_receiver.url.split(":")[2].split("/")[0]


def test_the_query_of_a_url_is_sent(local_receiver: Receiver) -> None:
    assert post(f"{local_receiver.url}?key=a%20b").status == 204
    (request,) = local_receiver.received
    assert request.path == "/webhooks?key=a%20b"
    assert (request.headers["host"], request.body) == (f"127.0.0.1:{port_of(local_receiver)}", b"{}")


def test_a_redirect_is_not_followed(local_receiver: Receiver) -> None:
    local_receiver.answer = (307, {"location": f"{local_receiver.url}/elsewhere"})
    assert post(local_receiver.url).status == 307
    assert len(local_receiver.received) == 1


def test_a_refused_connection_is_reported(any_target: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert post(f"http://127.0.0.1:{taken.getsockname()[1]}/").error == "no_connection"


def test_a_timeout_is_reported(any_target: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_post, "READ_S", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert post(f"http://127.0.0.1:{silent.getsockname()[1]}/").error == "timeout"


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nx-slow: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_slow_response_is_cut_off(
    any_target: None, monkeypatch: pytest.MonkeyPatch, begin: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(http_post, "TOTAL_S", 0.2)
    hung_up = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def send_slowly() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(begin)
                while True:
                    connection.sendall(drop)
                    time.sleep(0.02)
            hung_up.set()

        Thread(target=send_slowly, daemon=True).start()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/").error == "timeout"
        assert hung_up.wait(60)


def test_a_long_body_is_not_waited_for(any_target: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_post, "CONTENT_S", 0.05)
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n")
                done.wait(60)

        Thread(target=answer, daemon=True).start()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/").status == 200
        done.set()


def test_a_response_that_is_not_http_is_reported(any_target: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet_as_mail_server() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example ESMTP\r\n\r\n")

        Thread(target=greet_as_mail_server, daemon=True).start()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/").error == "no_connection"


def test_an_invalid_host_name_is_reported(any_target: None) -> None:
    assert post(f"http://{'x' * 64}.example/").error == "unknown_host"


def test_an_unknown_host_name_is_reported(any_target: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post("http://nobody.example/").error == "unknown_host"


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1"])
def test_a_name_that_resolves_to_a_private_address_is_refused(
    aws: None, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert post("https://rebound.example/").error == "refused_address"


def test_a_name_is_resolved_once_and_the_checked_address_is_used(
    local_receiver: Receiver, resolved_names: list[str]
) -> None:
    assert post(f"http://tool.example:{port_of(local_receiver)}/webhooks").status == 204
    assert resolved_names == ["tool.example"]
    assert local_receiver.received[0].headers["host"] == f"tool.example:{port_of(local_receiver)}"


@pytest.fixture
def encrypted(local_receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """A receiver with a trusted certificate for tool.example."""
    pem = tmp_path / "tool.example.pem"
    pem.write_bytes(_certificate("tool.example"))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    local_receiver.use(context)
    return local_receiver


def _certificate(host: str) -> bytes:
    """Create a certificate, and return it with its key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + encoded


def test_a_certificate_must_match_the_host_name(encrypted: Receiver, resolved_names: list[str]) -> None:
    assert post(f"https://tool.example:{port_of(encrypted)}/webhooks").status == 204
    assert post(f"https://other.example:{port_of(encrypted)}/webhooks").error == "bad_certificate"
    assert post(f"https://127.0.0.1:{port_of(encrypted)}/webhooks").error == "bad_certificate"


def test_a_certificate_must_be_trusted(
    encrypted: Receiver, resolved_names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert post(f"https://tool.example:{port_of(encrypted)}/webhooks").error == "bad_certificate"


def test_an_http_server_at_an_https_url_is_reported(local_receiver: Receiver) -> None:
    assert post(local_receiver.url.replace("http:", "https:")).error == "bad_certificate"
