"""The interop scripts that are shared with other programs, where they are beside the checkout, taught to run our node too."""

import importlib
import os
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.path.dirname(os.path.dirname(HERE))
SCRIPTS = os.environ.get("HOOKCACHE_INTEROP_SCRIPTS", os.path.join(os.path.dirname(CHECKOUT), "shared", "interop"))


def is_there(name):
    return os.path.exists(os.path.join(SCRIPTS, f"{name}.py"))


def load(name, program):
    """A module of theirs whose peers of the kind "swift" run the program."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, SCRIPTS)
    driver = importlib.import_module("driver")

    class Ours(driver.Peer):
        def __init__(self, *options):
            self.kind = "swift"
            self.events = []
            self.changed = threading.Condition()
            self.stderr = subprocess.DEVNULL
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.stderr}
            self.process = subprocess.Popen([program, "--stdin", *options], text=True, **pipes)
            threading.Thread(target=self._read, daemon=True).start()
            hello = self.wait(lambda event: event["ev"] == "listening", 20)
            self.peer_id, self.addr = hello["peer_id"], hello["addrs"][0]

    def peer(kind, *options, **others):
        return Ours(*options) if kind == "swift" else driver.Peer(kind, *options, **others)

    module = importlib.import_module(name)
    module.Peer = peer
    return module
