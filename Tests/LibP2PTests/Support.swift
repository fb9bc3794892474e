import Crypto
import LibP2P
import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization
import Testing

/// A key pair that grows from one byte.
func keyPair(_ byte: UInt8) throws -> KeyPair {
    try KeyPair(seed: Array(repeating: byte, count: 32))
}

/// Runs hosts for as long as the body takes.
func withHosts(
    _ configurations: [Host.Configuration],
    prepare: (Host) -> Void = { _ in },
    logger: Logger = quietLogger,
    _ body: @escaping @Sendable ([Host]) async throws -> Void
) async throws {
    let hosts = configurations.map { Host(configuration: $0, logger: logger) }
    for host in hosts { prepare(host) }
    try await withThrowingTaskGroup { group in
        for host in hosts { group.addTask { try await host.run() } }
        for host in hosts { _ = await host.listenAddresses }
        defer { group.cancelAll() }
        try await body(hosts)
    }
}

/// A host's configuration from one byte, on a free port of the loopback interface.
func configuration(_ byte: UInt8) throws -> Host.Configuration {
    Host.Configuration(identity: try keyPair(byte), agentVersion: "test/\(byte)")
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension Host {
    /// The first address with this node's name.
    var address: Multiaddr {
        get async throws { try #require(await self.listenAddresses.first).appending(self.peerID) }
    }

    /// Serves `/echo` by returning every message.
    func serveEcho(maximumLength: Int = 4 << 20) {
        self.handle("/echo") { stream in
            while let message = try? await stream.readMessage(maximumLength: maximumLength) {
                guard (try? await stream.writeMessage(message)) != nil else { return }
            }
        }
    }
}

extension AsyncSequence where Self: Sendable, Element: Sendable, Failure == Never {
    /// Waits for the first element that fits.
    func first(_ fits: @escaping @Sendable (Element) -> Bool) async throws -> Element {
        for await element in self where fits(element) { return element }
        throw CancellationError()
    }
}

/// Waits until something has come true that nothing reports.
func eventually(_ isTrue: () async throws -> Bool) async throws {
    while try await !isTrue() { try await Task.sleep(for: .milliseconds(1)) }
}
