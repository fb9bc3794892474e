"""The top level holds what it should and no more, and no file names a place on somebody's machine."""

import re

from source import ROOT, Finding, project_files

TOP_LEVEL = {
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Package.resolved", "Package.swift", "README.md", "SECURITY.md", "Sources", "Tests",
    "deploy", "fixtures",
}  # fmt: skip

# Put together here so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/" + r"(?:work|home/\w+|Users/\w+|root|opt/swift-packages)/\w")


def check_top_level(paths):
    for name in sorted({path.split("/")[0] for path in paths}):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield Finding(name, 1, "not a name of the top level")


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), start=1):
        match = MACHINE_PATH.search(line)
        if match:
            yield Finding(path, number, f"a path of one machine: {match.group()}…")


def check():
    paths = project_files()
    yield from check_top_level(paths)
    for path in paths:
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from check_text(path, text)
