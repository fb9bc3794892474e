import HookCacheKit
import Logging
import ServiceLifecycle

/// The example of the library's documentation, compiled and run by the tests: a node in a program of one's own.
///
/// Only what a program outside this package can name is used.
func readThroughANode(settings: Settings, path: String) async throws -> (status: Int, saved: Int) {
    let node = try HookCacheNode(settings, logger: Logger(label: "example"))
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [node], logger: Logger(label: "example"))
    )
    async let running: Void = group.run()

    let first = try await node.read(path)
    _ = try await node.read(path)
    let saved = await node.statistics().apiCallsSaved

    await group.triggerGracefulShutdown()
    try await running
    return (first.status, saved)
}
