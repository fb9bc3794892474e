import GitHubCore

extension SimulatedGitHub {
    /// Who asks.
    struct Caller {
        /// The credential, or nil for none.
        var token: Token?
        /// Whether it is an App that speaks for itself, with a signed token of its own.
        var isApp = false
        /// What the budget is kept under.
        var meterKey: String

        var isAuthenticated: Bool { token != nil || isApp }
    }

    /// Tells who asks; nil for a credential that is none.
    func caller(of request: Request, at now: Timestamp) -> Caller? {
        guard let header = request.headers.first("Authorization") else {
            return Caller(meterKey: "address \(request.address)")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        var value = String(parts[1])
        switch parts[0].lowercased() {
        case "bearer", "token": break
        case "basic":
            guard let password = Base64.decode(value)?.split(separator: UInt8(ascii: ":"), maxSplits: 1).last else {
                return nil
            }
            value = String(decoding: password, as: UTF8.self)
        default: return nil
        }
        if let token = tokens[value], token.expiresAt.map({ now < $0 }) ?? true {
            return Caller(token: token, meterKey: "token \(value)")
        }
        // Whether an App's token is signed well is not for a simulator to say; it knows one by its form.
        let isSignedToken = value.hasPrefix("ey") && value.split(separator: ".").count == 3
        return isSignedToken && !installations.isEmpty ? Caller(isApp: true, meterKey: "app") : nil
    }

    /// What a caller may do with a repository.
    func access(of caller: Caller, to repository: Repository) -> Access {
        let granted = (caller.token?.grants ?? []).filter { $0.scope?.covers(repository.name) ?? true }
        let most = granted.map(\.access).max() ?? .none
        return max(most, repository.isPrivate ? .none : .read)
    }

    /// What a caller may do with an organisation.
    func access(of caller: Caller, to account: Account) -> Access {
        let granted = (caller.token?.grants ?? []).filter { grant in
            grant.scope.map { $0 == .owner(account.login.lowercased()) } ?? true
        }
        return max(granted.map(\.access).max() ?? .none, .read)
    }
}
