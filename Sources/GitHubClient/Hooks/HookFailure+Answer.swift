import CacheCore
import GitHubCore
import NIOHTTP1

extension HookFailure {
    /// What an answer to a question about hooks says, or nil where it is a good one.
    init?(_ answer: ReceivedAnswer, scope: Scope) {
        let said = answer.message ?? "status \(answer.status)"
        switch answer.status {
        case 200..<300:
            return nil
        case 401:
            self = .forbidden("GitHub does not accept the credential (\(said)); \(Self.needs(scope))")
        case 403:
            self = .forbidden("GitHub refuses (\(said)); \(Self.needs(scope, asked: answer))")
        case 404, 410:
            self = .notFound("\(scope) or the hook does not exist, or may not be seen; \(Self.needs(scope))")
        case 300..<400:
            self = .refused("\(scope) has moved: use its new name")
        case 400..<500:
            self = .refused(said)
        default:
            self = .origin(.unusable(status: answer.status, "server error"))
        }
    }

    /// The permission that hooks need, after "Creating webhooks" of GitHub's documentation.
    private static func needs(_ scope: Scope, asked answer: ReceivedAnswer? = nil) -> String {
        let (kind, classic) =
            switch scope {
            case .repository: ("repository", "admin:repo_hook")
            case .owner: ("organization", "admin:org_hook")
            }
        let needs = "hooks need the \(kind) permission \"Webhooks\" (write), or the scope \(classic) of a classic token"
        guard let accepted = answer?.headers.first(name: "x-accepted-github-permissions"), !accepted.isEmpty else {
            return needs
        }
        return "\(needs); GitHub asks for \(accepted.prefix(Limits.messageLength))"
    }
}
