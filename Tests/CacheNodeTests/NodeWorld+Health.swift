import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// A repository whose webhook is trusted, and is not.
extension NodeWorld {
    static let queued = "\(runs())?exclude_pull_requests=true&status=queued"

    static func path(ofRun run: Int64) -> String { "\(runs())/\(run)" }

    /// A node whose webhook is registered; audits come every minute or two.
    static func audited(
        directory: String? = nil,
        after earlier: NodeWorld? = nil,
        limits adjust: (inout Node.Limits) -> Void = { _ in }
    ) throws -> NodeWorld {
        try NodeWorld(secrets: [], directory: directory, after: earlier) { limits in
            limits.health.audits.pause = 120_000
            adjust(&limits)
        }
    }

    /// A node that knows the organisation's webhook by its secret alone.
    static func unlogged() throws -> NodeWorld {
        try NodeWorld { $0.health.audits.pause = 120_000 }
    }

    var standing: HookHealth.Standing {
        node.healthBook.with { $0.standing(of: Self.hello, at: clock.now) }
    }

    /// Lets time pass until the repository stands so.
    func until(_ state: HookHealth.State, _ reason: HookHealth.Reason? = nil) async {
        await passing {
            let standing = standing
            return standing.state == state && (reason == nil || standing.reason == reason)
        }
    }

    /// Registers the webhook, and lets its log be read.
    func goLive() async throws {
        _ = try await node.registerHook(of: Self.scope, url: Self.hookURL)
        _ = origin.act { _, _ in }
        await until(.live)
        // What happened within the same second is not told apart.
        await live(milliseconds: 1000)
    }

    /// Hands deliveries over as they were signed.
    func hand(_ deliveries: Deliveries) async {
        for delivery in deliveries { await deliver(NodeWorld.request(delivery)) }
    }

    /// A run that comes and is over, and all that is told of it.
    func finishedRun() async throws -> Int64 {
        var run: Int64 = 0
        let deliveries = try sent { github, now in
            run = try github.startRun(.init(Self.hello), at: now)
            try github.finish(run: run, at: now)
        }
        await hand(deliveries)
        return run
    }
}
