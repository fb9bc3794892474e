import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Events that carry no run or job.
extension NodeWorld {
    static let readme = "/repos/\(hello)/readme"
    static let vaultRuns = runs(vault)
    static let renamed = RepositoryName("octo-tools/renamed-ci")!

    /// Has GitHub send every event there is.
    func hearEverything() {
        origin.act { github, moment in
            _ = try? github.createHook(
                in: .owner("octo-tools"),
                url: "http://127.0.0.1:9/all",
                secret: NodeWorld.secret,
                events: ["*"],
                at: moment
            )
        }
    }

    /// GitHub's number of a repository.
    func id(of name: RepositoryName) -> Int64 {
        var id: Int64 = 0
        origin.act { github, _ in id = github.repository(name)?.id ?? 0 }
        return id
    }

    /// A payload with these members and the repository they are of.
    func body(
        _ members: String,
        of name: RepositoryName = NodeWorld.hello,
        isPrivate: Bool = false,
        id: Int64? = nil
    ) -> String {
        let stamp = clock.now.rfc3339
        return """
            {\(members),"repository":{"id":\(id ?? self.id(of: name)),"full_name":"\(name)","private":\(isPrivate),\
            "updated_at":"\(stamp)","default_branch":"main"}}
            """
    }

    @discardableResult
    func deliver(
        _ event: String,
        _ members: String,
        of name: RepositoryName = NodeWorld.hello,
        isPrivate: Bool = false
    ) async -> WebhookAnswer {
        let body = Array(body(members, of: name, isPrivate: isPrivate).utf8)
        return await deliver(NodeWorld.request(event, body, id: event))
    }

    func secret(ofHookOf scope: Scope) async throws -> String {
        let hook = try await node.registerHook(of: scope, url: "https://ci.example/webhook")
        let id = try #require(hook.id)
        return String(decoding: try #require(hooks.secret(of: id)).bytes, as: UTF8.self)
    }
}

extension ToldNeighbours {
    var privatized: [RepositoryName] {
        told.compactMap { if case .privatized(let name, _) = $0 { name } else { nil } }
    }
}

extension WebhookAnswer {
    func isRefused(_ expected: Int) -> Bool {
        if case .refused(expected, _) = self { true } else { false }
    }
}
