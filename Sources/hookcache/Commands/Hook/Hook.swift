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
        Column("SCOPE", "scope"), Column("ID", "id"), Column("ACTIVE", "active"), Column("OURS", "ours"),
        Column("EVENTS", "events"), Column("URL", "url"),
    ]
}
