"""Feeds each check what it must find and what it must let pass: a check that cannot fail is worth nothing."""

import documentation
import forbidden
import imports
import layout
import purity
from source import SwiftFile

PURE = "Sources/CacheCore/Sample.swift"

FOUND = [
    (purity, "let t = Task { }"), (purity, "func f() async {}"), (purity, "await g()"), (purity, "package actor Node {}"),
    (purity, "let d = Date()"), (purity, "let d = Date.now"), (purity, "let c = ContinuousClock()"),
    (purity, "var g = SystemRandomNumberGenerator()"), (purity, "let i = Int.random(in: 0..<f(3))"), (purity, "xs.shuffled()"),
    (purity, "xs.randomElement()"), (purity, "let k = Curve25519.Signing.PrivateKey()"), (purity, "let m = Mutex(0)"),
    (purity, "let l: Logger"), (purity, "print(1)"), (purity, "FileManager.default"), (purity, "import Foundation"),
    (purity, "package import Foundation"), (purity, "import struct Foundation.Data"), (purity, "import NIOPosix"),
    (purity, 'let s = "\\(await g())"'), (purity, 'socket(1, 2, 3)'),
    (documentation, "package struct A {}"), (documentation, "    public static let a = 1"), (documentation, "package init() {}"),
    (documentation, "// Not a doc comment.\npackage func f() {}"), (documentation, "/// No sentence\npackage func f() {}"),
    (documentation, "@discardableResult\npackage func f() -> Int { 1 }"), (documentation, "package private(set) var a = 1"),
    (documentation, "@Sendable package func f() {}"), (documentation, "/// A.\n\npackage func f() {}"),
    (forbidden, "try! f()"), (forbidden, "x as! Int"), (forbidden, "let y = x!"), (forbidden, "x[0]!.f()"), (forbidden, "var a: Int!"),
    (forbidden, 'fatalError("no")'), (forbidden, "struct A: @unchecked Sendable {}"), (forbidden, "nonisolated(unsafe) var a = 1"),
    (forbidden, "Task { }"), (forbidden, "Task<Void, Never> { }"), (forbidden, "Task(priority: .high) { }"), (forbidden, "Task.detached { }"),
    (forbidden, "// TODO: later"), (forbidden, "/* FIXME */"), (forbidden, "// ======== Part"), (forbidden, "//===--- A ---===//"),
    (forbidden, "// MARK: --- Part"), (forbidden, "\n" * 701),
]  # fmt: skip

PASSED = [
    (purity, 'let s = "Task { await Date() }"'), (purity, "// await Date()"), (purity, "let actor: Actor"), (purity, "signal.now"),
    (purity, "Int.random(in: 0..<f(3), using: &g)"), (purity, "xs.shuffled(using: &g)"), (purity, "import GitHubCore"),
    (purity, 'let s = #"a \\(await g()) b"#'), (purity, 'let s = """\n  await " Task {\n  """'), (purity, "/* /* await */ Task */ let a = 1"),
    (documentation, "/// A thing.\npackage struct A {}"), (documentation, "/// A thing.\n@frozen\n@Sendable\npublic struct A {}"),
    (documentation, "/// A thing\n/// over two lines.\npackage func f() {}"), (documentation, "package import NIOCore"),
    (documentation, "struct A {}"), (documentation, "package extension A {}"), (documentation, "func f(package: Int) {}"),
    (documentation, "package static func == (a: A, b: A) -> Bool {}"), (documentation, "package var description: String"),
    (forbidden, "a != b"), (forbidden, "a!=b"), (forbidden, "!a"), (forbidden, 'let s = "try! as! x!"'), (forbidden, "withTaskGroup(of: Int.self) { }"),
    (forbidden, "await Task.sleep(for: d)"), (forbidden, "Task.checkCancellation()"), (forbidden, "// A dash - or -- two."),
    (forbidden, "\n" * 700),
]  # fmt: skip

TARGETS = [
    {"name": "CacheCore", "path": "Sources/CacheCore", "type": "library", "target_dependencies": ["CacheStore"]},
    {"name": "CacheStore", "path": "Sources/CacheStore", "type": "library", "product_dependencies": ["Collections"]},
    {"name": "Nowhere", "path": "Sources/Nowhere", "type": "library"},
]


def errors(findings):
    return [finding for finding in findings if not finding.warning]


def run():
    for module, text in FOUND:
        assert errors(module.check_file(SwiftFile(PURE, text))), f"{module.__name__} misses: {text[:60]!r}"
    for module, text in PASSED:
        found = errors(module.check_file(SwiftFile(PURE, text)))
        assert not found, f"{module.__name__} is wrong about {text[:60]!r}: {found[0]}"
    assert list(forbidden.check_file(SwiftFile(PURE, "\n" * 401)))[0].warning
    port = "Sources/CacheCore/Ports/Sample.swift"
    assert not list(purity.check_file(SwiftFile(port, "func f() async throws"))), "a port may take time"
    assert list(purity.check_file(SwiftFile(port, "await f()"))), "a port does nothing itself"
    asked = documentation.requirements([SwiftFile(PURE, "protocol P { func ask() ; var b: Int { get } }\nfunc other() {}")])
    assert asked == {"ask", "b"}, asked
    assert not list(documentation.check_file(SwiftFile(PURE, "package func ask() {}"), asked)), "the protocol tells it"

    floor_of = imports.floors("| floor | target |\n|---|---|\n| 1 | `CacheCore` | a |\n| 2 | `CacheStore` | b |\n")
    assert floor_of == {"CacheCore": 1, "CacheStore": 2}
    upward = [finding.text for finding in imports.check_floors(TARGETS, floor_of)]
    assert len(upward) == 2 and "arrows point down" in upward[0] and "Nowhere" in upward[1], upward
    store = TARGETS[1]
    for line in ["import CacheMesh", "package import Logging", "@testable import CacheCore", "import struct NIOCore.ByteBuffer"]:
        assert errors(imports.check_file(SwiftFile("Sources/CacheStore/A.swift", line), store)), f"imports misses: {line}"
    for line in ["import DequeModule", "import Synchronization", "// import CacheMesh"]:
        assert not errors(imports.check_file(SwiftFile("Sources/CacheStore/A.swift", line), store)), f"imports is wrong about: {line}"
    assert list(imports.check_unused(store, [])), "an unused dependency is not noticed"

    assert list(layout.check_top_level(["notes.txt"])) and not list(layout.check_top_level([".ci/run", "Sources/A/A.swift"]))
    machine = "/".join(["", "home", "someone", "project"])
    assert list(layout.check_text("a", f"cd {machine}")) and not list(layout.check_text("a", "GET /repos/o/r and ~/.github-cache"))
