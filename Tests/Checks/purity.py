"""The naming law: a `…Core` target, and Multiformats, decides and never acts."""

import re

from source import Finding, swift_files

RULES = {
    r"\b(Task|TaskGroup|ThrowingTaskGroup|DiscardingTaskGroup|with\w*TaskGroup)\b": "starts a task: {}",
    r"\bawait\b": "is asynchronous: {}",
    r"^\s*(?:\w+\s+)*actor\s+[A-Z]\w*": "is an actor: {}",
    r"\bDate\s*[(.]|\b(ContinuousClock|SuspendingClock|NIODeadline|DispatchTime)\b|\bclock_gettime\b|\bgettimeofday\b"
    r"|\btime\s*\(\s*nil\s*\)": "reads a clock: {}",
    r"\bSystemRandomNumberGenerator\b|\bUUID\s*\(\s*\)|\barc4random|\bgetrandom\b|\bPrivateKey\s*\(\s*\)|\bNonce\s*\(\s*\)"
    r"|\bSymmetricKey\s*\(\s*size\b": "draws randomness: {}",
    r"\b(Mutex|Atomic|NIOLock|NIOLockedValueBox|NSLock|ManagedAtomic|UnsafeAtomic)\b|\bpthread_": "locks: {}",
    r"\b(Logger|LoggingSystem)\b|\b(print|debugPrint|dump)\s*\(": "logs: {}",
    r"\b(FileManager|FileHandle|URLSession|ProcessInfo)\b|\b(fopen|open|getenv|connect)\s*\(\s*\"": "touches the system: {}",
    r"\b(socket|ClientBootstrap|ServerBootstrap|MultiThreadedEventLoopGroup)\s*\(": "opens a socket: {}",
}

# A port, in a folder `Ports`, says what an acting target will do, and so may say that it takes time.
EXCEPT_PORTS = {
    r"\basync\b": "is asynchronous: {}",
    r"\b(AsyncStream|AsyncThrowingStream|AsyncSequence|CheckedContinuation)\b": "is asynchronous: {}",
}

# Modules that can do nothing but compute; what else a target needs, the import check holds it to.
FORBIDDEN_MODULES = {
    "AsyncHTTPClient", "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "GRDB", "Glibc", "Hummingbird", "Logging",
    "Metrics", "Musl", "NIO", "NIOConcurrencyHelpers", "NIOFileSystem", "NIOPosix", "ServiceLifecycle", "Synchronization", "_Concurrency",
}  # fmt: skip

RANDOM = re.compile(r"\.(random|randomElement|shuffled|shuffle)\s*(\()")


def is_pure(target):
    return target is not None and (target.endswith("Core") or target == "Multiformats")


def arguments(code, opening):
    """The text between a bracket and the one that closes it."""
    depth = 0
    for i in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return code[opening + 1:i]
    return code[opening + 1:]


def check_file(file):
    for pattern, text in RULES.items():
        yield from file.findings(pattern, "a pure target " + text)
    if "/Ports/" not in file.path:
        for pattern, text in EXCEPT_PORTS.items():
            yield from file.findings(pattern, "a pure target " + text)
    for match in RANDOM.finditer(file.code):
        # `random(in:)` and its kin are pure once they are handed their generator.
        if "using:" not in arguments(file.code, match.start(2)) and "random" not in file.code[max(0, match.start() - 5):match.start()]:
            yield Finding(file.path, file.line_of(match.start()), f"a pure target draws randomness: .{match.group(1)} without `using:`")
    for match in re.finditer(r"^.*\bimport\s+(?:\w+\s+)?(\w+)", file.code, re.MULTILINE):
        if match.group(1) in FORBIDDEN_MODULES:
            yield Finding(file.path, file.line_of(match.start()), f"a pure target imports {match.group(1)}")


def check():
    for file in swift_files("Sources"):
        if is_pure(file.target) and not file.generated:
            yield from check_file(file)
