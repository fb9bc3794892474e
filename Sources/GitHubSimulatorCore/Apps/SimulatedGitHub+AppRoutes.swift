import GitHubCore

extension SimulatedGitHub {
    /// What an App asks with a token of its own.
    static let appRoutes: [Route] = [
        Route("GET", "app") { (github, call) throws(Refusal) in try .json(github.json(github.app(of: call))) },
        Route("GET", "app/installations") { (github, call) throws(Refusal) in
            let app = try github.app(of: call)
            let all = github.installations.values.filter { $0.appID == app.id }.sorted { $0.id < $1.id }
            let (elements, link) = github.page(all, of: call)
            return .json(.array(elements.map { github.json($0) }), link: link)
        },
        Route("GET", "app/installations/:installation") { (github, call) throws(Refusal) in
            let id = try call.number("installation")
            return try github.installation(call) { $0.id == id }
        },
        Route("POST", "app/installations/:installation/access_tokens") { (github, call) throws(Refusal) in
            try github.mintToken(call)
        },
        Route("GET", "users/:user/installation") { (github, call) throws(Refusal) in
            let login = call.parameters["user"]?.lowercased()
            return try github.installation(call) { $0.login.lowercased() == login }
        },
        Route("GET", "app/hook/config") { (github, call) throws(Refusal) in
            .json(github.configJSON(try github.hookOfApp(call)))
        },
        Route("PATCH", "app/hook/config") { (github, call) throws(Refusal) in
            let id = try github.hookOfApp(call).id
            guard let index = github.hooks.firstIndex(where: { $0.id == id }) else { throw .notFound }
            github.hooks[index].apply(try call.object())
            github.hooks[index].updatedAt = call.now
            return .done(200, github.configJSON(github.hooks[index]))
        },
        Route("GET", "app/hook/deliveries") { (github, call) throws(Refusal) in
            try github.deliveryList(of: github.hookOfApp(call), call)
        },
        Route("GET", "app/hook/deliveries/:delivery") { (github, call) throws(Refusal) in
            try github.delivery(of: github.hookOfApp(call), call)
        },
        Route("POST", "app/hook/deliveries/:delivery/attempts") { (github, call) throws(Refusal) in
            try github.redeliver(of: github.hookOfApp(call), call)
        },
    ]

    /// The installation that an App is told of.
    func installation(_ call: Call, where isMeant: (Installation) -> Bool) throws(Refusal) -> Answer {
        let app = try app(of: call)
        guard let found = installations.values.first(where: { $0.appID == app.id && isMeant($0) }) else {
            throw .notFound
        }
        return .json(json(found))
    }

    private func hookOfApp(_ call: Call) throws(Refusal) -> Hook {
        guard let hook = hook(ofApp: try app(of: call).id) else { throw .notFound }
        return hook
    }
}
