"""How the second client speaks: labels and signatures (docs/protocol.md, Basics), Connect's unary calls by http.client,
and the mailbox sockets over a plain socket. What the service answers is taken apart here, and judged by who asked."""

import base64
import hashlib
import http.client
import json
import os
import socket
import struct
import urllib.parse

import primitives
from assent.v1 import error_pb2
from assent.v1.signed_pb2 import Signed
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from primitives import Failed, check


class Refused(Exception):
    """The service refused; the argument is the code of the error table."""


def joined(*fields):
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


def label(name):
    return b"assent/v1 " + name.encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def labelled_hash(name, data):
    return sha256(label(name) + b"\0" + data)


def derived_key(name, secret, length):
    return HKDF(hashes.SHA512(), length, None, label(name)).derive(secret)


def sign(name, private_key, message):
    return private_key.sign(label(name) + b"\0" + message)


def signed(name, private_key, message):
    encoded = message.SerializeToString()
    return Signed(encoded=encoded, signature=sign(name, private_key, encoded))


def verify(name, public_key, message, signature):
    """Ed25519, without the points that platforms differ on."""
    strict = primitives.is_strict_point(public_key) and primitives.is_strict_point(signature[:32])
    check(strict, f"{name}: a point that is refused")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, label(name) + b"\0" + message)
    except InvalidSignature:
        raise Failed(f"{name}: the signature does not hold") from None


def opened(name, public_key, statement, kind):
    """What was signed: the bytes are checked as they came, and decoded after."""
    verify(name, public_key, statement.encoded, statement.signature)
    return kind.FromString(statement.encoded)


def http_request(origin, method, path, body=None, headers=None):
    """On a connection of its own, so that nothing anonymous shares one with what is signed."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(origin).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def get(origin, path):
    status, body = http_request(origin, "GET", path)
    check(status == 200, f"a file: status {status}")
    return body


def call(origin, procedure, request, kind):
    headers = {"content-type": "application/proto"}
    status, body = http_request(origin, "POST", procedure, request.SerializeToString(), headers)
    if status == 200:
        return kind.FromString(body)
    for detail in json.loads(body).get("details", []):
        if detail["type"] == "assent.v1.ErrorDetail":
            value = base64.b64decode(detail["value"] + "==")
            raise Refused(error_pb2.ErrorDetail.FromString(value).code)
    raise Failed(f"{procedure}: status {status} without a detail")


class WebSocket:
    """RFC 6455, one binary message a frame. Each message of the service is of one `kind`."""

    def __init__(self, origin, path, kind):
        place = urllib.parse.urlsplit(origin)
        self.kind = kind
        self.tcp = socket.create_connection((place.hostname, place.port), timeout=30)
        self.stream = self.tcp.makefile("rb")
        nonce = base64.b64encode(os.urandom(16)).decode()
        self.tcp.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n"
            "Sec-WebSocket-Protocol: assent.mailbox.v1\r\n\r\n".encode()
        )
        check(self.stream.readline().startswith(b"HTTP/1.1 101 "), f"{path}: not upgraded")
        headers = http.client.parse_headers(self.stream)
        accept = hashlib.sha1((nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        check(headers["sec-websocket-accept"] == base64.b64encode(accept).decode(), f"{path}: accept")
        check(headers["sec-websocket-protocol"] == "assent.mailbox.v1", f"{path}: subprotocol")
        check(headers["sec-websocket-extensions"] is None, f"{path}: extensions")

    def send(self, message):
        self._send_frame(2, message.SerializeToString())

    def receive(self):
        """The next message; the service's pings are answered on the way."""
        while True:
            first, size = self._exactly(2)
            check(first & 0x80 and size < 128, "a frame in parts, or masked")
            if size == 126:
                (size,) = struct.unpack(">H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self._exactly(8))
            opcode, data = first & 15, self._exactly(size)
            if opcode == 2:
                return self.kind.FromString(data)
            check(opcode != 8, f"closed with {int.from_bytes(data[:2], 'big')}")
            if opcode == 9:
                self._send_frame(10, data)

    def close(self):
        self._send_frame(8, struct.pack(">H", 1000))
        self.stream.close()
        self.tcp.close()

    def _send_frame(self, opcode, data):
        size, mask = len(data), os.urandom(4)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
        elif size < 65_536:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self.tcp.sendall(head + mask + masked)

    def _exactly(self, size):
        data = self.stream.read(size)
        check(len(data) == size, "the connection ended")
        return data
