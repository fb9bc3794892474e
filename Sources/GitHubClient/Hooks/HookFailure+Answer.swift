import CacheCore
import GitHubCore
import NIOHTTP1

extension HookFailure {
    /// What an answer to a question about hooks says, or nil where it is a good one.
    init?(_ answer: ReceivedAnswer, scope: Scope) {
        let said = answer.message ?? "status \(answer.status)"
        let needs = HookPermission(scope, answer)
        switch answer.status {
        case 200..<300:
            return nil
        case 401:
            self = .forbidden("GitHub does not accept the credential (\(said)); \(needs.demand)")
        case 403:
            self = .forbidden("GitHub refuses (\(said)); \(needs.verdict)")
        case 404, 410:
            self = .notFound("\(scope) or the hook does not exist, or may not be seen; \(needs.verdict)")
        case 300..<400:
            self = .moved("\(scope) has moved: use its new name")
        case 400..<500:
            self = .refused(said)
        default:
            self = .origin(.unusable(status: answer.status, "server error"))
        }
    }
}

/// The permission that hooks need, and what an answer tells of the one that the credential has.
///
/// Docs: "Creating webhooks", "Scopes for OAuth apps", "Permissions required for fine-grained personal access tokens".
struct HookPermission {
    private let scope: Scope
    /// The scopes of a classic token; nil for any other credential.
    private let held: [String]?
    /// What GitHub says that it asks for.
    private let asked: String?

    init(_ scope: Scope, _ answer: ReceivedAnswer) {
        self.scope = scope
        held = answer.headers.first(name: "x-oauth-scopes").map { text in
            text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        }
        let asked = answer.headers.first(name: "x-accepted-github-permissions").map { $0.prefix(Limits.messageLength) }
        self.asked = asked.flatMap { $0.isEmpty ? nil : String($0) }
    }

    private var isOwner: Bool { if case .owner = scope { true } else { false } }
    private var classic: String { isOwner ? "admin:org_hook" : "admin:repo_hook" }
    private var fineGrained: String { "the \(isOwner ? "organization" : "repository") permission \"Webhooks\" (write)" }

    /// The scopes of a classic token any of which will do.
    private var sufficient: Set<String> {
        isOwner ? ["admin:org_hook"] : ["repo", "admin:repo_hook", "write:repo_hook"]
    }

    /// What hooks need of any credential.
    var demand: String {
        let needs = "hooks need \(fineGrained), or the scope \(classic) of a classic token"
        return asked.map { "\(needs); GitHub asks for \($0)" } ?? needs
    }

    /// What this credential lacks, as far as GitHub tells.
    var verdict: String {
        guard let held else { return demand }
        guard sufficient.isDisjoint(with: held) else {
            let role = isOwner ? "an owner of the organisation" : "an administrator of the repository"
            return "the token has the scope that hooks need, so its user is not \(role), or the name is wrong"
        }
        let has = held.isEmpty ? "no scope" : "the scopes \(held.joined(separator: ", "))"
        return "this classic token has \(has): it lacks \(classic)"
    }
}
