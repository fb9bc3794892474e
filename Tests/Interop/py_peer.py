#!/usr/bin/env python3
"""A py-libp2p node for the interop tests, driven by JSON lines.

It speaks TCP, Noise and Yamux, follows the topics given as arguments, and serves /echo/1.0.0. Each line on stdin is a
command {"op": ..., "id": ...} and gets the line {"event": "reply", "id": ..., "ok": ...}; what happens otherwise is
printed as further events: listening, subscription, message. The end of stdin ends the node.
"""

import base64
import json
import os
import sys

import multiaddr
import trio
from libp2p import new_host
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.identity.identify.identify import parse_identify_response
from libp2p.io.utils import read_exactly
from libp2p.network.stream.exceptions import StreamEOF
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pubsub import Pubsub
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as NoiseTransport
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX
from libp2p.stream_muxer.yamux.yamux import Yamux
from libp2p.tools.anyio_service import background_trio_service
from libp2p.utils.varint import encode_uvarint, read_varint_prefixed_bytes_limited

PING, IDENTIFY, ECHO = "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/echo/1.0.0"
LIMIT = 8 << 20


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class Node:
    def __init__(self, topics):
        self.topics = topics
        key = create_new_key_pair()
        noise = NoiseTransport(key, create_noise_key_pair().private_key)
        self.host = new_host(
            key_pair=key,
            sec_opt={NOISE: noise},
            muxer_opt={YAMUX: Yamux},
            listen_addrs=[multiaddr.Multiaddr("/ip4/127.0.0.1/tcp/0")],
        )
        # The library's guard against ten messages a second would hide what the tests count.
        self.router = GossipSub(
            protocols=["/meshsub/1.1.0", "/meshsub/1.0.0"],
            degree=6,
            degree_low=4,
            degree_high=12,
            heartbeat_interval=1,
            spam_protection_enabled=False,
        )
        self.pubsub = Pubsub(self.host, self.router, strict_signing=True)
        self.host.set_stream_handler(ECHO, self.echo)

    async def echo(self, stream):
        body = await read_varint_prefixed_bytes_limited(stream, LIMIT)
        await stream.write(encode_uvarint(len(body)) + body)
        await stream.close()

    async def deliver(self, topic, subscription):
        while True:
            message = await subscription.get()
            author = ID(message.from_id)
            if author != self.host.get_id():
                data = base64.b64encode(message.data).decode()
                emit("message", topic=topic, author=str(author), data=data)

    async def watch(self):
        seen = set()
        while True:
            now = {(str(peer), topic) for topic, peers in self.pubsub.peer_topics.items() for peer in peers}
            for peer, topic in now - seen:
                emit("subscription", peer=peer, topic=topic)
            seen = now
            await trio.sleep(0.02)

    async def perform(self, command):
        op = command["op"]
        peer = ID.from_string(command["peer"]) if "peer" in command else None
        if op == "connect":
            await self.host.connect(info_from_p2p_addr(multiaddr.Multiaddr(command["address"])))
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
        elif op == "echo":
            body = base64.b64decode(command["data"])
            stream = await self.host.new_stream(peer, [ECHO])
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
            async with background_trio_service(self.pubsub), background_trio_service(self.router):
                await self.pubsub.wait_until_ready()
                async with trio.open_nursery() as nursery:
                    for topic in self.topics:
                        subscription = await self.pubsub.subscribe(topic)
                        nursery.start_soon(self.deliver, topic, subscription)
                    nursery.start_soon(self.watch)
                    emit("listening", peer=str(self.host.get_id()), address=str(self.host.get_addrs()[0]))
                    stdin = trio.lowlevel.FdStream(os.dup(sys.stdin.fileno()))
                    pending = b""
                    while chunk := await stdin.receive_some(65536):
                        *lines, pending = (pending + chunk).split(b"\n")
                        for line in lines:
                            nursery.start_soon(self.handle, json.loads(line))
                    nursery.cancel_scope.cancel()


trio.run(Node(sys.argv[1:]).run)
