import CacheCore
import GitHubCore

/// Who the node itself is to GitHub.
enum OwnCredential: Sendable {
    /// Nobody.
    case nobody
    /// Whoever a token is of.
    case token(AccessToken)
    /// A GitHub App, for each owner by its installation there.
    case app(AppCredential)

    /// As whom the node asks for what belongs to a repository or an owner.
    func credential(for scope: Scope?) async -> Result<Credential, OriginFailure> {
        switch self {
        case .nobody: .failure(.noCredential)
        case .token(let token): .success(Credential(authorization: token.authorization))
        case .app(let app): await app.credential(for: scope)
        }
    }

    /// Drops a credential that GitHub does not take any more; whether there may be another.
    func takeBack(_ credential: Credential) -> Bool {
        guard case .app(let app) = self else { return false }
        return app.takeBack(credential)
    }

    /// Does something as the node, once more with another token where GitHub does not take the first any more.
    func perform<Success>(
        for scope: Scope?,
        _ work: (Credential) async -> Result<Success, OriginFailure>,
        isRefused: (Success) -> Bool
    ) async -> Result<Success, OriginFailure> {
        for isLast in [false, true] {
            switch await credential(for: scope) {
            case .failure(let failure): return .failure(failure)
            case .success(let credential):
                let result = await work(credential)
                guard case .success(let success) = result, isRefused(success), takeBack(credential) else {
                    return result
                }
                if isLast {
                    return .failure(.noAccess("GitHub does not take a token that it has just made for the GitHub App"))
                }
            }
        }
        return .failure(.noCredential)
    }
}
