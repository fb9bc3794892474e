import GitHubCore

extension SimulatedGitHub {
    /// Who asks.
    struct Caller {
        /// The credential, or nil for none.
        var token: Token?
        /// The App that speaks for itself, with a signed token of its own, by its number.
        var app: Int64?
        /// What the credential itself is refused with.
        var refusal: Refusal?
        /// What the budget is kept under.
        var meterKey: String

        var isAuthenticated: Bool { token != nil || app != nil }
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
        if let token = tokens[value], token.expiresAt.map({ now < $0 }) ?? true { return caller(with: token) }
        return JSONWebToken.isMeant(value) && !apps.isEmpty ? app(with: value, at: now) : nil
    }

    /// Whoever has a token; all of an installation's have one budget, and reach what it reaches now.
    private func caller(with token: Token) -> Caller? {
        guard let id = token.installation else { return Caller(token: token, meterKey: "token \(token.value)") }
        guard let installation = installations[id] else { return nil }
        var token = token
        let owner = Scope.owner(installation.login.lowercased())
        token.grants = installation.grants.map { Grant($0.access, to: $0.scope ?? owner) }
        var caller = Caller(token: token, meterKey: "installation \(id)")
        caller.refusal = installation.suspendedAt == nil ? nil : .suspended
        return caller
    }

    private func app(with text: String, at now: Timestamp) -> Caller {
        var caller = Caller(meterKey: "app")
        guard let token = JSONWebToken(text) else {
            caller.refusal = Refusal(401, JSONWebToken.undecodable)
            return caller
        }
        guard let app = apps.values.first(where: { "\($0.id)" == token.issuer || $0.clientID == token.issuer }) else {
            caller.refusal = Refusal(404, "Integration not found")
            return caller
        }
        caller.meterKey = "app \(app.id)"
        caller.app = app.id
        caller.refusal = token.fault(app.verifies, at: now).map { Refusal(401, $0) }
        return caller
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
