#!/usr/bin/env python3
"""A py-libp2p node for the interop tests, driven by JSON lines.

It speaks TCP, Noise and Yamux, follows the topics given, and serves /echo/1.0.0. Each line on stdin is a command
{"op": ..., "id": ...} and gets the line {"ev": "reply", "id": ..., "ok": ...}; what happens otherwise is printed as
further events: listening, subscription, message, control. The end of stdin ends the node.
"""

import argparse
import base64
import ctypes
import ctypes.util
import json
import os
import sys

import multiaddr
import trio
import libp2p.identity.identify.identify as identify
import libp2p.network.swarm as swarm
from libp2p import new_host
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.identity.identify.identify import parse_identify_response
from libp2p.io.utils import read_exactly
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.network.stream.exceptions import StreamEOF
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.pubsub import Pubsub
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as NoiseTransport
from libp2p.security.pnet.psk_conn import PskConn
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX
from libp2p.stream_muxer.yamux.yamux import Yamux
from libp2p.tools.anyio_service import background_trio_service
from libp2p.utils.varint import encode_uvarint, read_varint_prefixed_bytes_limited

PING, IDENTIFY, ECHO = "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/echo/1.0.0"
LIMIT = 8 << 20
NONCE = 24


def emit(event, **fields):
    print(json.dumps({"ev": event, **fields}), flush=True)


class Cipher:
    """One direction of the private network's cipher, by libsodium: py-libp2p's own is not the one of the spec."""

    sodium = None

    def __init__(self, key, nonce):
        Cipher.sodium = Cipher.sodium or ctypes.CDLL(ctypes.util.find_library("sodium"))
        self.key, self.nonce, self.position = key, nonce, 0

    def apply(self, data):
        # The function starts at whole blocks, so what lies before the position in its block is made and thrown away.
        block, skipped = divmod(self.position, 64)
        padded = bytes(skipped) + data
        out = ctypes.create_string_buffer(len(padded))
        self.sodium.crypto_stream_xsalsa20_xor_ic(
            out, padded, ctypes.c_ulonglong(len(padded)), self.nonce, ctypes.c_uint64(block), self.key
        )
        self.position += len(data)
        return out.raw[skipped:]


class PrivateConnection(PskConn):
    async def write(self, data):
        start = b""
        if self.write_cipher is None:
            start = os.urandom(NONCE)
            self.write_cipher = Cipher(self._psk, start)
        await self._conn.write(start + self.write_cipher.apply(data))

    async def read(self, n=None):
        if self.read_cipher is None:
            self.read_cipher = Cipher(self._psk, await read_exactly(self._conn, NONCE))
        return self.read_cipher.apply(await self._conn.read(n))


class Router(GossipSub):
    """Prints the control messages that come."""

    async def handle_rpc(self, rpc, sender):
        control = rpc.control
        heard = {
            "graft": [graft.topicID for graft in control.graft],
            "prune": [prune.topicID for prune in control.prune],
            "ihave": [name.hex() for have in control.ihave for name in have.messageIDs],
            "iwant": [name.hex() for want in control.iwant for name in want.messageIDs],
            "idontwant": [name.hex() for refusal in control.idontwant for name in refusal.messageIDs],
        }
        if any(heard.values()):
            emit("control", peer=str(sender), **heard)
        await super().handle_rpc(rpc, sender)


class Node:
    def __init__(self, options):
        self.topics = options.topic
        key = create_new_key_pair()
        noise = NoiseTransport(key, create_noise_key_pair().private_key)
        identify.PROTOCOL_VERSION = options.protocol_version
        psk = None
        if options.psk:
            psk = open(options.psk, encoding="ascii").read().split()[-1]
            swarm.new_protected_conn = PrivateConnection
        self.host = new_host(
            key_pair=key,
            sec_opt={NOISE: noise},
            muxer_opt={YAMUX: Yamux},
            listen_addrs=[multiaddr.Multiaddr("/ip4/127.0.0.1/tcp/0")],
            psk=psk,
        )
        # The library's guard against ten messages a second would hide what the tests count.
        self.router = Router(
            protocols=["/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0"],
            degree=6,
            degree_low=4,
            degree_high=12,
            heartbeat_interval=1,
            spam_protection_enabled=False,
        )
        self.pubsub = Pubsub(self.host, self.router, strict_signing=True)
        self.dht = KadDHT(self.host, DHTMode.SERVER)
        self.host.set_stream_handler(ECHO, self.echo)

    async def echo(self, stream):
        body = b"echo:" + await read_varint_prefixed_bytes_limited(stream, LIMIT)
        await stream.write(encode_uvarint(len(body)) + body)
        await stream.close()

    async def follow(self, topic):
        subscription = await self.pubsub.subscribe(topic)
        self.nursery.start_soon(self.deliver, topic, subscription)

    async def deliver(self, topic, subscription):
        while topic in self.pubsub.topic_ids:
            try:
                message = await subscription.get()
            except trio.EndOfChannel:
                return
            author = ID(message.from_id)
            if author != self.host.get_id():
                data = base64.b64encode(message.data).decode()
                name = {"from": str(author), "seqno": message.seqno.hex()}
                emit("message", topic=[topic], data=data, id=(message.from_id + message.seqno).hex(), **name)

    async def watch(self):
        seen = set()
        while True:
            now = {(str(peer), topic) for topic, peers in self.pubsub.peer_topics.items() for peer in peers}
            for peer, topic in now - seen:
                emit("subscription", peer=peer, topic=topic, on=True)
            for peer, topic in seen - now:
                emit("subscription", peer=peer, topic=topic, on=False)
            seen = now
            await trio.sleep(0.02)

    async def perform(self, command):
        op = command["op"]
        peer = ID.from_string(command["peer"]) if "peer" in command else None
        if op == "connect":
            info = info_from_p2p_addr(multiaddr.Multiaddr(command["addr"]))
            await self.host.connect(info)
            await self.dht.add_peer(info.peer_id)
        elif op == "disconnect":
            await self.host.disconnect(peer)
        elif op == "peers":
            return {"peers": [str(peer) for peer in self.host.get_connected_peers()]}
        elif op == "subscribe":
            await self.follow(command["topic"])
        elif op == "unsubscribe":
            await self.pubsub.unsubscribe(command["topic"])
        elif op == "announce":
            control = rpc_pb2.ControlMessage()
            control.ihave.add(topicID=command["topic"], messageIDs=[bytes.fromhex(command["message"])])
            await self.router.emit_control_message(control, peer)
        elif op == "kad_provide":
            await self.dht.provide(command["key"])
        elif op == "kad_providers":
            found = await self.dht.find_providers(command["key"])
            return {"providers": [str(info.peer_id) for info in found]}
        elif op == "ping":
            stream = await self.host.new_stream(peer, [PING])
            for _ in range(3):
                payload = os.urandom(32)
                await stream.write(payload)
                if await read_exactly(stream, 32) != payload:
                    raise ValueError("the ping came back changed")
            await stream.close()
        elif op == "identify":
            stream = await self.host.new_stream(peer, [IDENTIFY])
            raw = b""
            try:
                while part := await stream.read(65536):
                    raw += part
            except StreamEOF:
                pass
            message = parse_identify_response(raw)
            return {"agent": message.agent_version, "protocols": list(message.protocols)}
        elif op == "request":
            body = base64.b64decode(command["data"])
            stream = await self.host.new_stream(peer, [command["protocol"]])
            await stream.write(encode_uvarint(len(body)) + body)
            answer = await read_varint_prefixed_bytes_limited(stream, LIMIT)
            await stream.close()
            return {"data": base64.b64encode(answer).decode()}
        elif op == "publish":
            await self.pubsub.publish(command["topic"], base64.b64decode(command["data"]))
        else:
            raise ValueError(f"no such op: {op}")
        return {}

    async def handle(self, command):
        try:
            with trio.fail_after(20):
                result = await self.perform(command)
            emit("reply", id=command["id"], ok=True, **result)
        except Exception as error:
            emit("reply", id=command["id"], ok=False, error=repr(error))

    async def run(self):
        listen = multiaddr.Multiaddr("/ip4/127.0.0.1/tcp/0")
        async with self.host.run(listen_addrs=[listen]):
            services = [background_trio_service(part) for part in (self.pubsub, self.router, self.dht)]
            async with services[0], services[1], services[2]:
                await self.pubsub.wait_until_ready()
                async with trio.open_nursery() as nursery:
                    self.nursery = nursery
                    for topic in self.topics:
                        await self.follow(topic)
                    nursery.start_soon(self.watch)
                    addresses = [str(address) for address in self.host.get_addrs()]
                    emit("listening", peer_id=str(self.host.get_id()), addrs=addresses)
                    stdin = trio.lowlevel.FdStream(os.dup(sys.stdin.fileno()))
                    pending = b""
                    while chunk := await stdin.receive_some(65536):
                        *lines, pending = (pending + chunk).split(b"\n")
                        for line in lines:
                            nursery.start_soon(self.handle, json.loads(line))
                    nursery.cancel_scope.cancel()


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--topic", action="append", default=[])
parser.add_argument("--protocol-version", default="ipfs/0.1.0")
parser.add_argument("--psk", help="the file of the private network's key")
trio.run(Node(parser.parse_args()).run)
