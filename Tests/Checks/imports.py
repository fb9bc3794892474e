"""Each target imports only what Package.swift gives it, and every arrow points to a lower floor of CONTRIBUTING.md."""

import json
import re
import subprocess

from source import ROOT, Finding, swift_files

IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)[ \t]+)?([A-Za-z_]\w*)",
    re.MULTILINE,
)

# What comes with the toolchain, for any target; purity forbids some of it to some.
TOOLCHAIN = {"Swift", "Synchronization", "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Musl"}

# Products that bring modules of other names.
MODULES = {
    "Collections": {"Collections", "BitCollections", "DequeModule", "HashTreeCollections", "HeapModule", "OrderedCollections"},
    "NIO": {"NIO", "NIOCore", "NIOEmbedded", "NIOPosix"},
}


def modules_of(target):
    """The names that a target of `swift package describe` may import, each with the dependency that brings it."""
    brought = {name: name for name in target.get("target_dependencies", [])}
    for product in target.get("product_dependencies", []):
        brought.update({module: product for module in MODULES.get(product, {product})})
    return brought


def imported(file):
    return [(match.group(1), file.line_of(match.start(1))) for match in IMPORT.finditer(file.code)]


def check_file(file, target):
    brought = modules_of(target)
    allowed = set(brought) | TOOLCHAIN | {target["name"]}
    if not file.path.startswith("Sources/"):
        allowed.add("Testing")
    for module, line in imported(file):
        if module not in allowed:
            yield Finding(file.path, line, f"{target['name']} imports {module}, which Package.swift does not give it")


def floors(contributing):
    """The table of floors: rows `| 2 | `CacheStore` | …`."""
    return {name: int(floor) for floor, name in re.findall(r"^\|\s*(\d)\s*\|\s*`(\w+)`", contributing, re.MULTILINE)}


def check_floors(targets, floor_of):
    own = {target["name"] for target in targets if target["path"].startswith("Sources/")}
    for target in targets:
        name = target["name"]
        if name not in own or target["type"] == "system-target":
            continue
        if name not in floor_of:
            yield Finding("CONTRIBUTING.md", 1, f"the table of floors does not place {name}")
            continue
        for dependency in target.get("target_dependencies", []):
            if dependency in floor_of and floor_of[dependency] >= floor_of[name]:
                text = f"{name} (floor {floor_of[name]}) depends on {dependency} (floor {floor_of[dependency]})"
                yield Finding("Package.swift", 1, f"{text}: arrows point down")


def check_unused(target, files):
    used = {module for file in files for module, _ in imported(file)}
    brought = modules_of(target)
    unused = set(brought.values()) - {by for module, by in brought.items() if module in used}
    if unused:
        yield Finding("Package.swift", 1, f"{target['name']} does not import {', '.join(sorted(unused))}", warning=True)


def describe():
    result = subprocess.run(
        ["swift", "package", "--package-path", str(ROOT), "describe", "--type", "json"], capture_output=True, text=True
    )
    if result.returncode != 0:
        raise SystemExit(f"swift package describe failed:\n{result.stderr}")
    return json.loads(result.stdout[result.stdout.index("{"):])["targets"]


def check():
    targets = describe()
    yield from check_floors(targets, floors((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    files = {}
    for file in swift_files("Sources", "Tests"):
        files.setdefault(file.target, []).append(file)
    for target in targets:
        own = files.get(target["name"], [])
        for file in own:
            yield from check_file(file, target)
        if own:
            yield from check_unused(target, own)
