import GitHubCore

extension SimulatedGitHub {
    /// A method and a path, what a caller needs for it, and what it answers.
    struct Route: Sendable {
        /// What a caller must be or have.
        enum Need: Sendable {
            /// To see the repository or the organisation.
            case sight
            /// A credential as well; without one the answer is that of missing rights.
            case credential
            /// To write.
            case write
            /// To administer; others are told so.
            case admin
            /// To administer; others are told that there is nothing.
            case hiddenAdmin
        }

        typealias Handler = @Sendable (inout SimulatedGitHub, Call) throws(Refusal) -> Answer

        let method: String
        let pattern: [Substring]
        let need: Need
        let answer: Handler

        init(_ method: String, _ pattern: String, _ need: Need = .sight, _ answer: @escaping Handler) {
            self.method = method
            self.pattern = pattern.split(separator: "/").map { $0 }
            self.need = need
            self.answer = answer
        }

        /// The values of the path's variable parts, or nil for another path.
        func match(_ method: String, _ path: ArraySlice<String>) -> [String: String]? {
            let isOpen = pattern.last?.hasSuffix("*") ?? false
            guard path.count == pattern.count || isOpen && path.count > pattern.count,
                method == self.method || (method == "HEAD" && self.method == "GET")
            else { return nil }
            var parameters: [String: String] = [:]
            for (index, (part, segment)) in zip(pattern, path).enumerated() {
                if part.hasSuffix("*") {
                    // The last part takes all that is left.
                    let rest = path.dropFirst(index).joined(separator: "/")
                    parameters[String(part.dropFirst().dropLast())] = rest
                } else if part.hasPrefix(":") {
                    parameters[String(part.dropFirst())] = segment
                } else if part != segment {
                    return nil
                }
            }
            return parameters
        }
    }

    /// Finds the route of a call and takes it.
    mutating func route(_ call: Call, _ path: [String]) throws(Refusal) -> Answer {
        var call = call
        switch path.first {
        case "repos" where path.count >= 3:
            let repository = try repository(named: path[1], path[2], rest: path.dropFirst(3), call)
            call.linkPath = Self.join(["repositories", "\(repository.id)"] + path.dropFirst(3))
            return try take(Self.repositoryRoutes, call, .repository(repository.id), path.dropFirst(3))
        case "repositories" where path.count >= 2:
            guard let id = Int64(path[1]), repositories[id] != nil else { throw .notFound }
            return try take(Self.repositoryRoutes, call, .repository(id), path.dropFirst(2))
        case "orgs" where path.count >= 2:
            guard let account = account(path[1]), account.isOrganization else { throw .notFound }
            call.linkPath = Self.join(["organizations", "\(account.id)"] + path.dropFirst(2))
            return try take(Self.organizationRoutes, call, .organization(account.id), path.dropFirst(2))
        case "organizations" where path.count >= 2:
            guard let id = Int64(path[1]), accounts.contains(where: { $0.id == id && $0.isOrganization }) else {
                throw .notFound
            }
            return try take(Self.organizationRoutes, call, .organization(id), path.dropFirst(2))
        default:
            return try take(Self.otherRoutes, call, nil, path[...])
        }
    }

    private static func join(_ path: some Sequence<String>) -> String {
        path.map { "/" + PercentEncoding.segment($0) }.joined()
    }

    private func repository(
        named owner: String,
        _ name: String,
        rest: ArraySlice<String>,
        _ call: Call
    ) throws(Refusal) -> Repository {
        guard let name = RepositoryName(owner: owner, name: name) else { throw .notFound }
        if let repository = repository(name) { return repository }
        guard let id = formerNames[name], let renamed = repositories[id],
            access(of: call.caller, to: renamed) >= .read
        else { throw .notFound }
        var moved = Refusal(301, "Moved Permanently")
        let query = call.rawQuery.isEmpty ? "" : "?\(call.rawQuery)"
        moved.location = configuration.apiURL + Self.join(["repositories", "\(id)"] + rest) + query
        moved.documentation = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api"
        throw moved
    }

    private mutating func take(
        _ routes: [Route],
        _ call: Call,
        _ home: Home?,
        _ path: ArraySlice<String>
    ) throws(Refusal) -> Answer {
        for route in routes {
            guard let parameters = route.match(call.request.method, path) else { continue }
            var call = call
            call.home = home
            call.parameters = parameters
            try check(route.need, call)
            return try route.answer(&self, call)
        }
        if let home { try checkSight(home, call.caller) }
        throw .notFound
    }

    private func check(_ need: Route.Need, _ call: Call) throws(Refusal) {
        guard let home = call.home else { return }
        let access = try checkSight(home, call.caller)
        switch need {
        case .sight: return
        case .credential: if !call.caller.isAuthenticated { throw .needsAdmin }
        case .write:
            if !call.caller.isAuthenticated { throw .needsAuthentication }
            if access < .write { throw .needsAdmin }
        case .admin:
            if !call.caller.isAuthenticated { throw .needsAuthentication }
            if access < .admin { throw .needsAdmin }
        case .hiddenAdmin: if access < .admin { throw .notFound }
        }
    }

    @discardableResult
    private func checkSight(_ home: Home, _ caller: Caller) throws(Refusal) -> Access {
        var access = Access.none
        switch home {
        case .repository(let id):
            if let repository = repositories[id] { access = self.access(of: caller, to: repository) }
            let isReached = installations.values.contains { installation in
                installation.appID == caller.app && installation.covers(repositories[id])
            }
            if isReached { access = max(access, .read) }
        case .organization(let id):
            if let account = accounts.first(where: { $0.id == id }) { access = self.access(of: caller, to: account) }
        case .app: break
        }
        guard access >= .read else { throw .notFound }
        return access
    }
}
