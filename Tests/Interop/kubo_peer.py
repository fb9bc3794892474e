#!/usr/bin/env python3
"""Kubo, a node of IPFS, as a library: same commands and events as py_peer.py, as far as the library has them.

It starts on a free port of the loopback interface, alone: no bootstrap peers, no discovery, no relays. Its key is RSA.
"""

import argparse
import base64
import ctypes
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

lock = threading.Lock()
# The library prints to the standard output too, which belongs to the events.
output = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def emit(event, **fields):
    with lock:
        print(json.dumps({"ev": event, **fields}), file=output, flush=True)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Node:
    def __init__(self, options):
        self.library = ctypes.CDLL(os.path.abspath(options.library))
        for function in ("GetNodeID", "ListPeersIDs", "PubSubNextMessage", "PubSubPeers"):
            getattr(self.library, function).restype = ctypes.c_char_p
        self.library.PubSubSubscribe.restype = ctypes.c_longlong
        self.folder = tempfile.mkdtemp()
        self.port = free_port()
        self.topics = options.topic
        self.subscriptions = {}
        if self.call("CreateRepo") < 0:
            raise SystemExit("no repository")
        self.configure()
        if options.psk:
            shutil.copy(options.psk, f"{self.folder}/swarm.key")
        if self.call("RunNode") < 0:
            raise SystemExit("the node did not start")
        self.name = self.call("GetNodeID").decode().removeprefix("ID:")

    def call(self, function, *arguments):
        return getattr(self.library, function)(self.folder.encode(), *arguments)

    def configure(self):
        with open(f"{self.folder}/config", encoding="utf-8") as file:
            config = json.load(file)
        off = {"Enabled": False}
        config["Bootstrap"] = []
        config["Addresses"].update(Swarm=[f"/ip4/127.0.0.1/tcp/{self.port}"], API=[], Gateway=[], Announce=[])
        config["Discovery"]["MDNS"] = off
        config["Routing"] = {"Type": "none"}
        config["AutoNAT"] = {"ServiceMode": "disabled"}
        config["Pubsub"] = {"Enabled": True}
        network = {"QUIC": False, "WebTransport": False, "Websocket": False, "Relay": False}
        config["Swarm"].update(
            DisableNatPortMap=True, RelayClient=off, RelayService=off, Transports={"Network": network}
        )
        with open(f"{self.folder}/config", "w", encoding="utf-8") as file:
            json.dump(config, file)

    def follow(self, topic):
        subscription = self.call("PubSubSubscribe", topic.encode())
        self.subscriptions[topic] = subscription
        threading.Thread(target=self.deliver, args=(topic, subscription), daemon=True).start()

    def deliver(self, topic, subscription):
        while topic in self.subscriptions:
            text = self.library.PubSubNextMessage(ctypes.c_longlong(subscription))
            if not text:
                time.sleep(0.02)
                continue
            message = json.loads(text)
            if message["from"] != self.name:
                data = base64.b64encode(base64.b64decode(message["data"])).decode()
                emit("message", topic=[topic], data=data, **{"from": message["from"]})

    def watch(self):
        seen = set()
        while True:
            now = set()
            for topic in list(self.subscriptions):
                now |= {(peer, topic) for peer in json.loads(self.call("PubSubPeers", topic.encode()) or b"[]") or []}
            for peer, topic in now ^ seen:
                emit("subscription", peer=peer, topic=topic, on=(peer, topic) in now)
            seen = now
            time.sleep(0.05)

    def perform(self, command):
        op = command["op"]
        if op == "connect":
            if self.call("ConnectToPeer", command["addr"].encode()) != 0:
                raise RuntimeError("not connected")
        elif op == "peers":
            return {"peers": json.loads(self.call("ListPeersIDs") or b"[]") or []}
        elif op == "subscribe":
            self.follow(command["topic"])
        elif op == "unsubscribe":
            self.library.PubSubUnsubscribe(ctypes.c_longlong(self.subscriptions.pop(command["topic"])))
        elif op == "publish":
            data = base64.b64decode(command["data"])
            if self.call("PubSubPublish", command["topic"].encode(), data, len(data)) != 0:
                raise RuntimeError("not published")
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
            for topic in self.topics:
                self.follow(topic)
            threading.Thread(target=self.watch, daemon=True).start()
            emit("listening", peer_id=self.name, addrs=[f"/ip4/127.0.0.1/tcp/{self.port}/p2p/{self.name}"])
            for line in sys.stdin:
                threading.Thread(target=self.handle, args=(json.loads(line),), daemon=True).start()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            # The library keeps threads of its own.
            os._exit(0)


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--library", required=True)
parser.add_argument("--topic", action="append", default=[])
parser.add_argument("--psk", help="the file of the private network's key")
Node(parser.parse_args()).run()
