import ArgumentParser

/// `hookcache hook`: the webhook's life on GitHub.
struct Hook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "The webhook of a repository or an organisation: register, list, ping, deliveries, recover, rotate, remove.",
        discussion: """
            The running node does it with its own credential, which needs admin:repo_hook (admin:org_hook for an \
            organisation), or write access to webhooks as a fine-grained token or App.
            """,
        subcommands: [
            Register.self, List.self, Ping.self, Deliveries.self, Recover.self, Rotate.self, Remove.self,
        ]
    )

    static let columns = [
        Column("SCOPE", "scope"), Column("ID", "id"), Column("ACTIVE", "active"), Column("OURS", "ours"),
        Column("HEALTH", "health.state"), Column("EVENTS", "events"),
        Column("LOG READ", "log.checked_at", format: { Humane.since($0.cell) }),
        Column("CALLS/H", "log.api_calls_last_hour"), Column("RECOVERED", "log.recovered"), Column("URL", "url"),
    ]

    /// What a registration did about it.
    static let registration =
        columns + [Column("DID", "outcome"), Column("CHANGED", "changes", format: Self.changes)]

    private static func changes(_ value: JSONValue) -> String {
        let texts = value.rows().map { change in
            "\(change["setting"]?.cell ?? "-"): \(change["was"]?.cell ?? "-") -> \(change["becomes"]?.cell ?? "-")"
        }
        return texts.isEmpty ? "nothing" : texts.joined(separator: "; ")
    }
}
