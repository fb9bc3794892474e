import Foundation

@testable import NodeServer

/// A node and a GitHub behind listeners on ports of their own.
struct ListenerWorld {
    let node = FakeNode()
    let gitHub = FakeGitHub()

    func webhook(_ change: (inout ListenerConfiguration) -> Void = { _ in }) -> WebhookListener {
        WebhookListener(configuration(change), node: node, counters: ServerCounters(), logger: quiet)
    }

    func api(
        _ address: APIListener.Address,
        _ change: (inout ListenerConfiguration) -> Void = { _ in }
    ) -> APIListener {
        APIListener(
            address,
            configuration(change),
            node: node,
            passThrough: gitHub,
            counters: ServerCounters(),
            logger: quiet
        )
    }

    private func configuration(_ change: (inout ListenerConfiguration) -> Void) -> ListenerConfiguration {
        var configuration = ListenerConfiguration()
        configuration.webhookPort = 0
        configuration.apiPort = 0
        change(&configuration)
        return configuration
    }

    /// A folder whose name is short enough for a socket's path.
    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hc-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
