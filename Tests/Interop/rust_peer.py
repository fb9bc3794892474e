#!/usr/bin/env python3
"""rust-libp2p inside lattica: same commands and events as py_peer.py, as far as the library has them.

It keeps only peers whose identify names its own family of protocols, and its one topic is p2p-circuit-broadcast, on
which it relays what others publish. Values of its DHT are not touched: the library would unpickle what peers say.
"""

import argparse
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

from lattica import Lattica

lock = threading.Lock()
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
        self.folder = tempfile.mkdtemp()
        self.port = free_port()
        node = Lattica.builder().with_listen_addrs([f"/ip4/127.0.0.1/tcp/{self.port}"])
        node = node.with_protocol(options.protocol_version).with_mdns(False).with_upnp(False).with_autonat(False)
        node = node.with_dcutr(False).with_key_path(self.folder).with_storage_path(f"{self.folder}/store")
        node = node.with_dht_db_path(f"{self.folder}/dht")
        if options.connect:
            node = node.with_bootstraps(options.connect)
        self.node = node.build()

    def watch(self):
        seen = set()
        while True:
            now = set(self.node.get_all_peers())
            for peer in now - seen:
                emit("peer_connected", peer=peer)
            for peer in seen - now:
                emit("peer_disconnected", peer=peer)
            seen = now
            time.sleep(0.05)

    def perform(self, command):
        op = command["op"]
        if op == "peers":
            return {"peers": self.node.get_all_peers()}
        if op == "ping":
            return {"rtt_ms": [self.node.get_peer_rtt(command["peer"]) * 1000]}
        if op == "kad_provide":
            self.node.start_providing(bytes.fromhex(command["key"]).decode())
            return {}
        if op == "kad_providers":
            return {"providers": self.node.get_providers(bytes.fromhex(command["key"]).decode())}
        raise ValueError(f"no such op: {op}")

    def handle(self, command):
        try:
            emit("reply", id=command["id"], ok=True, **self.perform(command))
        except Exception as error:
            emit("reply", id=command["id"], ok=False, error=repr(error))

    def run(self):
        try:
            name = self.node.peer_id()
            threading.Thread(target=self.watch, daemon=True).start()
            emit("listening", peer_id=name, addrs=[f"/ip4/127.0.0.1/tcp/{self.port}/p2p/{name}"])
            for line in sys.stdin:
                threading.Thread(target=self.handle, args=(json.loads(line),), daemon=True).start()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            # The library keeps threads of its own.
            os._exit(0)


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--topic", action="append", default=[], help="of no effect: there is one topic")
parser.add_argument("--protocol-version", default="ipfs/0.1.0")
parser.add_argument("--connect", action="append", default=[])
Node(parser.parse_args()).run()
