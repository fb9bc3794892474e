import GitHubCore

extension SimulatedGitHub {
    /// A webhook; its secret reads back as eight stars.
    func json(_ hook: Hook) -> JSON {
        // An App has one webhook, which goes without a number.
        var url = "\(homeURL(hook.home))/hook"
        if case .app = hook.home {} else { url += "s/\(hook.id)" }
        var members: [JSON.Member] = [
            .init("type", "Repository"), .init("id", .integer(hook.id)), .init("name", "web"),
            .init("active", .bool(hook.isActive)), .init("events", .array(hook.events.map { .string($0) })),
            .init("config", configJSON(hook)), .init("updated_at", .string(hook.updatedAt.rfc3339)),
            .init("created_at", .string(hook.createdAt.rfc3339)), .init("url", .string(url)),
            .init("test_url", "\(url)/test"), .init("ping_url", "\(url)/pings"),
            .init("deliveries_url", "\(url)/deliveries"),
        ]
        if case .organization = hook.home {
            members[0].value = "Organization"
            members.removeAll { $0.key == "test_url" }
        } else if case .app(let id) = hook.home {
            members[0].value = "App"
            members.removeAll { ["test_url", "ping_url", "url"].contains($0.key) }
            members.append(.init("app_id", .integer(id)))
        } else {
            let last = hook.lastResponse
            members.append(
                .init(
                    "last_response",
                    [
                        "code": .optional(last.code.map { Int64($0) }), "status": .string(last.status),
                        "message": .optional(last.message),
                    ]
                )
            )
        }
        return .object(members)
    }

    /// What `…/hooks/{id}/config` answers.
    func configJSON(_ hook: Hook) -> JSON {
        var members: [JSON.Member] = [
            .init("content_type", hook.isForm ? "form" : "json"), .init("insecure_ssl", .string(hook.insecureTLS)),
        ]
        if hook.secret != nil { members.append(.init("secret", "********")) }
        return .object(members + [.init("url", .string(hook.url))])
    }

    /// An entry of the delivery log, as lists hold it.
    func json(_ entry: LoggedDelivery) -> JSON {
        let delivery = entry.delivery
        return [
            "id": .integer(delivery.id), "guid": .string(delivery.guid),
            "delivered_at": .string(entry.deliveredAt.rfc3339), "redelivery": .bool(delivery.isRedelivery),
            "duration": .number(Double(entry.answer.milliseconds) / 1_000), "status": .string(entry.status),
            "status_code": .integer(Int64(entry.answer.status ?? 502)), "event": .string(delivery.event),
            "action": .optional(delivery.action), "installation_id": .optional(delivery.installationID),
            "repository_id": .optional(delivery.repositoryID), "throttled_at": nil,
        ]
    }

    /// An entry of the delivery log with what was sent and answered.
    func fullJSON(_ entry: LoggedDelivery) -> JSON {
        let delivery = entry.delivery
        let answer = String(decoding: entry.answer.body, as: UTF8.self)
        return json(entry).adding([
            .init("url", .string(delivery.url)),
            .init(
                "request",
                [
                    "headers": headersJSON(delivery.headers),
                    "payload": configuration.logsPayloads ? .verbatim(delivery.payload) : .null,
                ]
            ),
            .init(
                "response",
                ["headers": headersJSON(entry.answer.headers), "payload": .string(answer)]
            ),
        ])
    }

    private func headersJSON(_ headers: [HeaderField]) -> JSON {
        .object(headers.map { JSON.Member($0.name, .string($0.value)) })
    }

    private func homeURL(_ home: Home) -> String {
        switch home {
        case .repository(let id):
            "\(configuration.apiURL)/repos/\(repositories[id].map { "\($0.name)" } ?? "\(id)")"
        case .organization(let id):
            "\(configuration.apiURL)/orgs/\(accounts.first { $0.id == id }?.login ?? "\(id)")"
        case .app:
            "\(configuration.apiURL)/app"
        }
    }
}
