#!/usr/bin/env python3
"""Drives p2pd, the daemon of go-libp2p, for the interop tests: same commands and events as py_peer.py.

The daemon listens on a control socket for protobuf requests behind varint lengths. A request to subscribe or to open a
stream turns its connection into that subscription or stream; the other way round, the daemon dials a socket of ours
for every stream of a protocol that we serve.
"""

import argparse
import base64
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PING, IDENTIFY, ECHO = "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/echo/1.0.0"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
lock = threading.Lock()


def emit(event, **fields):
    with lock:
        print(json.dumps({"ev": event, **fields}), flush=True)


def encode58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def decode58(text):
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes(len(text) - len(text.lstrip("1"))) + body


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def take_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def message(*fields):
    """A protobuf message of varints and byte strings."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def fields(data):
    """The fields of a protobuf message, as lists by number."""
    at, found = 0, {}
    while at < len(data):
        tag, at = take_varint(data, at)
        if tag & 7 == 0:
            value, at = take_varint(data, at)
        else:
            size, at = take_varint(data, at)
            value, at = data[at : at + size], at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError("the socket is closed")
        data += part
    return data


def read_message(sock):
    head = b""
    while not head or head[-1] & 0x80:
        head += read_exactly(sock, 1)
    return read_exactly(sock, take_varint(head, 0)[0])


def write_message(sock, body):
    sock.sendall(varint(len(body)) + body)


def address_bytes(text):
    _, _, ip, _, port = text.split("/")[:5]
    return varint(4) + socket.inet_aton(ip) + varint(6) + int(port).to_bytes(2, "big")


class Node:
    # Requests of the control protocol by type, and the field that each carries its arguments in.
    IDENTIFY, CONNECT, OPEN, SERVE, DHT, PEERS, DISCONNECT, PUBSUB = 0, 1, 2, 3, 4, 5, 7, 8
    LIST, PUBLISH, SUBSCRIBE = 1, 2, 3
    FIND_PROVIDERS, PROVIDE = 2, 8

    def __init__(self, program, topics):
        self.topics = topics
        self.subscriptions = {}
        self.folder = tempfile.TemporaryDirectory()
        self.control = f"{self.folder.name}/control"
        self.daemon = subprocess.Popen(
            [program, "-listen", f"/unix{self.control}", "-hostAddrs", "/ip4/127.0.0.1/tcp/0", "-pubsub", "-tls=false"]
            + ["-pubsubSign=true", "-pubsubSignStrict=true", "-q", "-relay=false", "-relayService=false"]
            + ["-relayDiscovery=false", "-dhtServer"],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            # The daemon must not outlive this process, however that ends.
            preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGTERM),
        )

    def dial(self):
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(self.control)
        return sock

    def call(self, kind, *arguments, sock=None):
        used = sock or self.dial()
        write_message(used, message((1, kind), *arguments))
        answer = fields(read_message(used))
        if sock is None:
            used.close()
        if answer[1][0] != 0:
            raise RuntimeError(fields(answer[2][0])[1][0].decode())
        return answer

    def start(self):
        for _ in range(500):
            try:
                info = fields(self.call(self.IDENTIFY)[4][0])
                break
            except OSError:
                time.sleep(0.02)
        else:
            raise SystemExit("p2pd did not start")
        self.serve_echo()
        self.own = info[1][0]
        for topic in self.topics:
            self.follow(topic)
        threading.Thread(target=self.watch, daemon=True).start()
        port = int.from_bytes(info[2][0][6:8], "big")
        peer = encode58(info[1][0])
        emit("listening", peer_id=peer, addrs=[f"/ip4/127.0.0.1/tcp/{port}/p2p/{peer}"])

    def open(self, peer, protocol):
        sock = self.dial()
        self.call(self.OPEN, (3, message((1, peer), (2, protocol), (3, 20))), sock=sock)
        return sock

    def serve_echo(self):
        path = f"{self.folder.name}/echo"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        address = varint(400) + varint(len(path)) + path.encode()
        self.call(self.SERVE, (4, message((1, address), (2, ECHO), (3, 0))))

        def accept():
            while True:
                with listener.accept()[0] as sock:
                    read_message(sock)
                    write_message(sock, b"echo:" + read_message(sock))

        threading.Thread(target=accept, daemon=True).start()

    def follow(self, topic):
        sock = self.dial()
        self.call(self.PUBSUB, (8, message((1, self.SUBSCRIBE), (2, topic))), sock=sock)
        self.subscriptions[topic] = sock
        threading.Thread(target=self.deliver, args=(topic, sock), daemon=True).start()

    def deliver(self, topic, sock):
        try:
            while True:
                received = fields(read_message(sock))
                if received[1][0] != self.own:
                    data = base64.b64encode(received[2][0]).decode()
                    name = {"from": encode58(received[1][0]), "seqno": received[3][0].hex()}
                    emit("message", topic=[topic], data=data, id=(received[1][0] + received[3][0]).hex(), **name)
        except (EOFError, OSError):
            return

    def watch(self):
        seen = set()
        while True:
            now = set()
            for topic in list(self.subscriptions):
                answer = self.call(self.PUBSUB, (8, message((1, self.LIST), (2, topic))))
                for peer in fields(answer[7][0]).get(2, []) if 7 in answer else []:
                    now.add((peer, topic))
            for peer, topic in now ^ seen:
                emit("subscription", peer=encode58(peer), topic=topic, on=(peer, topic) in now)
            seen = now
            time.sleep(0.02)

    def ask_dht(self, kind, name):
        """The items that a request to the DHT leads to, which come between a first and a last message."""
        with self.dial() as sock:
            answer = self.call(self.DHT, (5, message((1, kind), (3, name), (6, 20), (7, 20))), sock=sock)
            items = []
            while 5 in answer and (item := fields(read_message(sock)))[1][0] != 2:
                items.append(item)
            return items

    def perform(self, command):
        op = command["op"]
        peer = decode58(command["peer"]) if "peer" in command else b""
        data = base64.b64decode(command.get("data", ""))
        if op == "connect":
            address, name = command["addr"].rsplit("/p2p/", 1)
            self.call(self.CONNECT, (2, message((1, decode58(name)), (2, address_bytes(address)), (3, 20))))
        elif op == "disconnect":
            self.call(self.DISCONNECT, (7, message((1, peer))))
        elif op == "peers":
            found = self.call(self.PEERS).get(6, [])
            return {"peers": [encode58(fields(info)[1][0]) for info in found]}
        elif op == "subscribe":
            self.follow(command["topic"])
        elif op == "unsubscribe":
            with self.subscriptions.pop(command["topic"]) as sock:
                sock.shutdown(socket.SHUT_RDWR)
        elif op == "kad_provide":
            self.ask_dht(self.PROVIDE, bytes.fromhex("0155" + command["key"]))
        elif op == "kad_providers":
            found = self.ask_dht(self.FIND_PROVIDERS, bytes.fromhex("0155" + command["key"]))
            return {"providers": [encode58(fields(item[2][0])[1][0]) for item in found if 2 in item]}
        elif op == "ping":
            with self.open(peer, PING) as sock:
                for _ in range(3):
                    payload = os.urandom(32)
                    sock.sendall(payload)
                    if read_exactly(sock, 32) != payload:
                        raise ValueError("the ping came back changed")
        elif op == "identify":
            with self.open(peer, IDENTIFY) as sock:
                info = fields(read_message(sock))
            return {"agent": info[6][0].decode(), "protocols": [text.decode() for text in info[3]]}
        elif op == "request":
            with self.open(peer, command["protocol"]) as sock:
                write_message(sock, data)
                return {"data": base64.b64encode(read_message(sock)).decode()}
        elif op == "publish":
            self.call(self.PUBSUB, (8, message((1, self.PUBLISH), (2, command["topic"]), (3, data))))
        else:
            raise ValueError(f"no such op: {op}")
        return {}

    def handle(self, command):
        try:
            emit("reply", id=command["id"], ok=True, **self.perform(command))
        except Exception as error:
            emit("reply", id=command["id"], ok=False, error=repr(error))

    def run(self):
        try:
            self.start()
            for line in sys.stdin:
                threading.Thread(target=self.handle, args=(json.loads(line),), daemon=True).start()
        finally:
            self.daemon.terminate()
            self.daemon.wait()
            self.folder.cleanup()


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--p2pd", required=True)
parser.add_argument("--topic", action="append", default=[])
options = parser.parse_args()
Node(options.p2pd, options.topic).run()
