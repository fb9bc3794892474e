import ArgumentParser

/// `hookcache hook`: the webhook's life on GitHub.
struct Hook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register, list, ping and remove the webhook of a repository or an organisation.",
        discussion: """
            The running node does it with its own credential, which needs admin:repo_hook (admin:org_hook for an \
            organisation), or write access to webhooks as a fine-grained token or App.
            """,
        subcommands: [Register.self, List.self, Ping.self, Remove.self]
    )

    static let columns = [
        Column("SCOPE", "scope"), Column("ID", "id", "hook_id"), Column("URL", "url", "config.url"),
        Column("EVENTS", "events"),
        Column("ACTIVE", "active"), Column("STATE", "state", "status"),
        Column("LAST DELIVERY", "last_delivery_at", "last_delivery"),
    ]
}
