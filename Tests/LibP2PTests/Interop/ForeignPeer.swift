import Foundation
import Multiformats
import Synchronization
import Testing

/// A node of another implementation, run by a script of `Tests/Interop` and driven by JSON lines.
final class ForeignPeer: Sendable {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case python
        case go

        var testDescription: String { self.rawValue }
    }

    struct Line: Decodable, Sendable {
        let event: String
        var id: Int?
        var ok: Bool?
        var error: String?
        var peer: String?
        var address: String?
        var topic: String?
        var author: String?
        var data: String?
        var agent: String?
        var protocols: [String]?
    }

    private struct Waiter {
        let fits: @Sendable (Line) -> Bool
        let continuation: CheckedContinuation<Line?, Never>
    }

    private struct State {
        var lines: [Line] = []
        var partial = Data()
        var waiters: [Waiter] = []
        var isOver = false
        var nextID = 1
    }

    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let python = checkout.appending(path: ".build-interop/venv/bin/python")
    private static let p2pd = checkout.appending(path: ".build-interop/p2pd")

    /// Whether `Tests/Interop/install` has put the other implementations in their place.
    static let areInstalled = [python, p2pd].allSatisfy { FileManager.default.isExecutableFile(atPath: $0.path) }
    static let absence: Comment = "the interop peers are not installed; run Tests/Interop/install"

    private let process = Process()
    private let input = Pipe()
    private let state = Mutex(State())

    /// Runs a peer for as long as the body takes.
    static func run(_ kind: Kind, topics: [String] = [], _ body: (ForeignPeer) async throws -> Void) async throws {
        let peer = ForeignPeer()
        try peer.start(kind, topics)
        defer { peer.stop() }
        _ = try await peer.event { $0.event == "listening" }
        try await body(peer)
    }

    private func start(_ kind: Kind, _ topics: [String]) throws {
        let scripts = Self.checkout.appending(path: "Tests/Interop")
        self.process.executableURL = Self.python
        self.process.arguments =
            switch kind {
            case .python: [scripts.appending(path: "py_peer.py").path] + topics
            case .go: [scripts.appending(path: "go_peer.py").path, Self.p2pd.path] + topics
            }
        let output = Pipe()
        self.process.standardInput = self.input
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.read(data)
        }
        try self.process.run()
    }

    private func stop() {
        try? self.input.fileHandleForWriting.close()
        self.process.waitUntilExit()
    }

    private func read(_ data: Data) {
        let ready: [(CheckedContinuation<Line?, Never>, Line?)] = self.state.withLock { state in
            state.isOver = state.isOver || data.isEmpty
            // Only what is new is searched: an echo makes a very long line.
            var rest = data
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.partial += rest[..<end]
                rest = rest[rest.index(after: end)...]
                if let line = try? JSONDecoder().decode(Line.self, from: state.partial) { state.lines.append(line) }
                state.partial = Data()
            }
            state.partial += rest
            var ready: [(CheckedContinuation<Line?, Never>, Line?)] = []
            state.waiters.removeAll { waiter in
                let line = state.lines.first(where: waiter.fits)
                guard line != nil || state.isOver else { return false }
                ready.append((waiter.continuation, line))
                return true
            }
            return ready
        }
        for (continuation, line) in ready { continuation.resume(returning: line) }
    }

    /// The first line, past or to come, that fits.
    func event(_ fits: @escaping @Sendable (Line) -> Bool) async throws -> Line {
        let line = await withCheckedContinuation { (continuation: CheckedContinuation<Line?, Never>) in
            let known: Line?? = self.state.withLock { state in
                if let line = state.lines.first(where: fits) { return .some(line) }
                if state.isOver { return .some(nil) }
                state.waiters.append(Waiter(fits: fits, continuation: continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        return try #require(line, "the peer has ended")
    }

    /// Lets the peer do something and waits for its answer.
    @discardableResult
    func perform(_ op: String, _ arguments: [String: String] = [:]) async throws -> Line {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        var command: [String: Any] = arguments
        command["op"] = op
        command["id"] = id
        let line = try JSONSerialization.data(withJSONObject: command) + [UInt8(ascii: "\n")]
        try self.input.fileHandleForWriting.write(contentsOf: line)
        let reply = try await self.event { $0.event == "reply" && $0.id == id }
        try #require(reply.ok == true, "\(op): \(reply.error ?? "")")
        return reply
    }

    /// The messages that it got so far.
    var messages: [Line] { self.state.withLock { $0.lines.filter { $0.event == "message" } } }

    var address: Multiaddr {
        get async throws { try Multiaddr(#require(try await self.event { $0.event == "listening" }.address)) }
    }

    var peerID: PeerID {
        get async throws { try #require(await self.address.peerID) }
    }
}
