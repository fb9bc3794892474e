import GitHubCore

extension SimulatedGitHub {
    static let hookRoutes: [Route] = [
        Route("GET", "hooks", .hiddenAdmin) { (github, call) throws(Refusal) in
            let (hooks, link) = github.page(github.hooks.filter { $0.home == call.home }, of: call)
            return .json(.array(hooks.map { github.json($0) }), link: link)
        },
        Route("POST", "hooks", .hiddenAdmin) { (github, call) throws(Refusal) in try github.createHook(call) },
        Route("GET", "hooks/:hook", .hiddenAdmin) { (github, call) throws(Refusal) in
            let hook = github.hooks[try github.hookIndex(call)]
            return .json(github.json(hook), lastModified: hook.updatedAt)
        },
        Route("PATCH", "hooks/:hook", .hiddenAdmin) { (github, call) throws(Refusal) in
            let index = try github.hookIndex(call)
            let body = try call.object()
            try github.check(body.strings("events"), of: github.hooks[index].home)
            if let config = body.object("config") {
                // A configuration without a secret takes the secret away.
                github.hooks[index].secret = nil
                github.hooks[index].apply(config)
            }
            if body.has("events") { github.hooks[index].events = body.strings("events") }
            if let isActive = body.bool("active") { github.hooks[index].isActive = isActive }
            github.hooks[index].updatedAt = call.now
            return .done(200, github.json(github.hooks[index]))
        },
        Route("DELETE", "hooks/:hook", .hiddenAdmin) { (github, call) throws(Refusal) in
            let hook = github.hooks.remove(at: try github.hookIndex(call))
            github.deliveryLog[hook.id] = nil
            github.outbox.removeAll { $0.hookID == hook.id }
            return .done(204)
        },
        Route("GET", "hooks/:hook/config", .hiddenAdmin) { (github, call) throws(Refusal) in
            .json(github.configJSON(github.hooks[try github.hookIndex(call)]))
        },
        Route("PATCH", "hooks/:hook/config", .hiddenAdmin) { (github, call) throws(Refusal) in
            let index = try github.hookIndex(call)
            github.hooks[index].apply(try call.object())
            github.hooks[index].updatedAt = call.now
            return .done(200, github.configJSON(github.hooks[index]))
        },
        Route("POST", "hooks/:hook/pings", .hiddenAdmin) { (github, call) throws(Refusal) in
            github.ping(github.hooks[try github.hookIndex(call)], at: call.now)
            return .done(204)
        },
        Route("GET", "hooks/:hook/deliveries", .hiddenAdmin) { (github, call) throws(Refusal) in
            try github.deliveryList(of: github.hooks[github.hookIndex(call)], call)
        },
        Route("GET", "hooks/:hook/deliveries/:delivery", .hiddenAdmin) { (github, call) throws(Refusal) in
            try github.delivery(of: github.hooks[github.hookIndex(call)], call)
        },
        Route("POST", "hooks/:hook/deliveries/:delivery/attempts", .hiddenAdmin) { (github, call) throws(Refusal) in
            try github.redeliver(of: github.hooks[github.hookIndex(call)], call)
        },
    ]

    /// Registers a webhook and queues its ping.
    mutating func createHook(
        in home: Home,
        url: String,
        secret: String?,
        events: [String],
        isForm: Bool,
        insecureTLS: String,
        isActive: Bool,
        at now: Timestamp
    ) -> Hook {
        let hook = Hook(
            id: makeID(.hook),
            home: home,
            url: url,
            secret: secret.map { WebhookSignature.Secret($0) },
            isForm: isForm,
            insecureTLS: insecureTLS,
            events: events,
            isActive: isActive,
            createdAt: now,
            updatedAt: now,
            lastResponse: (nil, "unused", nil)
        )
        hooks.append(hook)
        if isActive { ping(hook, at: now) }
        return hook
    }

    private mutating func createHook(_ call: Call) throws(Refusal) -> Answer {
        let body = try call.object()
        guard let home = call.home, body.string("name") ?? "web" == "web", let config = body.object("config"),
            let url = config.string("url"), !url.isEmpty
        else { throw invalid("Hook", "url", "missing_field") }
        let events = body.has("events") ? body.strings("events") : ["push"]
        try check(events, of: home)
        let siblings = hooks.filter { $0.home == home }
        guard siblings.count < Limits.hooks else { throw invalid("Hook", "base", "custom") }
        guard !siblings.contains(where: { $0.url == url && Set($0.events) == Set(events) }) else {
            var refusal = Refusal(422, "Validation Failed")
            let message: JSON = "Hook already exists on this repository"
            refusal.errors = [["resource": "Hook", "code": "custom", "message": message]]
            throw refusal
        }
        let secret = config.string("secret").flatMap { $0.isEmpty ? nil : $0 }
        let hook = createHook(
            in: home,
            url: url,
            secret: secret,
            events: events,
            isForm: (config.string("content_type") ?? "form") == "form",
            insecureTLS: config.string("insecure_ssl") ?? "0",
            isActive: body.bool("active") ?? true,
            at: call.now
        )
        return .done(201, json(hook))
    }

    /// A page of the delivery log, the newest first; the cursor is the number of the entry before.
    func deliveryList(of hook: Hook, _ call: Call) throws(Refusal) -> Answer {
        let oldest = call.now.advanced(bySeconds: -Limits.deliveryLogAge)
        var entries = deliveries(ofHook: hook.id).filter { $0.deliveredAt >= oldest }
        if let status = call.parameter("status") { entries.removeAll { $0.isSuccess != (status == "success") } }
        if let cursor = call.parameter("cursor") {
            guard let before = Int64(cursor.removingPrefix("v1_")) else { throw Refusal(400, "Invalid cursor") }
            entries = Array(entries.drop { $0.delivery.id != before }.dropFirst())
        }
        let page = entries.prefix(call.pageSize)
        var link: LinkHeader?
        if let last = page.last, entries.count > page.count {
            let query = call.rawQuery.setting("cursor", to: "v1_\(last.delivery.id)")
            let target = "\(configuration.apiURL)\(call.linkPath)?\(query)"
            link = LinkHeader(links: [.init(target: target, relation: "next")])
        }
        return .json(.array(page.map { json($0) }), link: link)
    }

    /// One entry of the delivery log, with what was sent and answered.
    func delivery(of hook: Hook, _ call: Call) throws(Refusal) -> Answer {
        let id = try call.number("delivery")
        guard let entry = deliveries(ofHook: hook.id).first(where: { $0.delivery.id == id }) else { throw .notFound }
        return .json(fullJSON(entry))
    }

    /// Sends an entry of the delivery log again.
    mutating func redeliver(of hook: Hook, _ call: Call) throws(Refusal) -> Answer {
        do {
            try redeliver(call.number("delivery"), ofHook: hook.id, at: call.now)
        } catch {
            throw Refusal.notFound
        }
        return .done(202, .object([]))
    }

    /// A repository's hook may not ask for what happens to organisations.
    private func check(_ events: [String], of home: Home) throws(Refusal) {
        guard case .repository = home, !Self.eventsOfOrganizations.isDisjoint(with: events) else { return }
        throw invalid("Hook", "events", "invalid")
    }

    private static let eventsOfOrganizations: Set<String> = ["membership", "org_block", "organization", "team"]

    private func hookIndex(_ call: Call) throws(Refusal) -> Int {
        let id = try call.number("hook")
        guard let index = hooks.firstIndex(where: { $0.id == id && $0.home == call.home }) else { throw .notFound }
        return index
    }

    private func invalid(_ resource: String, _ field: String, _ code: String) -> Refusal {
        var refusal = Refusal(422, "Validation Failed")
        refusal.errors = [["resource": .string(resource), "field": .string(field), "code": .string(code)]]
        return refusal
    }
}

extension SimulatedGitHub.Hook {
    /// Takes over the keys that a configuration names.
    mutating func apply(_ config: JSONObject) {
        if let url = config.string("url") { self.url = url }
        if let text = config.string("secret") { secret = text.isEmpty ? nil : WebhookSignature.Secret(text) }
        if let type = config.string("content_type") { isForm = type == "form" }
        if let value = config.string("insecure_ssl") { insecureTLS = value }
    }
}
