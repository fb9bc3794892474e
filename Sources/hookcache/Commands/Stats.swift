import ArgumentParser

/// `hookcache stats`: what the node did, and what it saved.
struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What the node did, and what it saved.")

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("requests", "total_requests"), Column("local hits", "local_hits"), Column("peer hits", "peer_hits"),
        Column("misses", "misses"),
        Column("hit rate", "hit_rate", format: { $0.double.map { "\(Humane.number($0 * 100)) %" } ?? $0.cell }),
        Column("API calls made", "api_calls_made"), Column("API calls free", "api_calls_free"),
        Column("API calls saved", "api_calls_saved"), Column("entries", "cache_size"),
        Column("peers", "connected_peers"),
        Column("peer id", "peer_id"),
        Column("deliveries", "deliveries", format: Self.deliveries),
        Column("event to fresh", "event_to_fresh_ms", format: Self.freshness),
        Column("rate limit", "rate_limit", format: Self.rateLimit),
        Column("installations", "installations", format: Self.installations),
        Column("webhooks", "webhooks", format: Self.webhooks),
    ]

    func run() async throws {
        let client = try self.settings.client()
        try await self.watching.run(client, following: .everything, pause: .seconds(1)) {
            let answer = try await client.get("stats")
            if self.watching.watch, self.output.json {
                return (self.output.fields.isEmpty ? answer : answer.picking(self.output.fields)).line + "\n"
            }
            return self.output.text(object: answer, columns: Self.columns, style: Terminal.output.style)
        }
    }

    static func deliveries(_ value: JSONValue) -> String {
        ["accepted", "duplicate", "ignored", "rejected", "recovered", "pending"].compactMap { name in
            value[name].map { "\($0.cell) \(name)" }
        }.joined(separator: ", ")
    }

    /// How many repositories are in which state, and which are in trouble and why.
    static func webhooks(_ value: JSONValue) -> String {
        let counts = ["live", "suspect", "absent"].compactMap { name in value[name].map { "\($0.cell) \(name)" } }
        let troubled = (value["repositories"]?.rows() ?? []).filter { $0["state"]?.cell == "suspect" }
        let reasons = troubled.prefix(5).map { "\($0["repository"]?.cell ?? "-"): \($0["reason"]?.cell ?? "-")" }
        return ([counts.joined(separator: ", ")] + reasons).joined(separator: "; ")
    }

    static func freshness(_ value: JSONValue) -> String {
        let times = ["p50", "p99"].compactMap { name in
            value[name]?.double.map { "\(name) \(Humane.number($0)) ms" }
        }
        return times.isEmpty ? "-" : times.joined(separator: ", ")
    }

    static func installations(_ value: JSONValue) -> String {
        guard case .array(let all) = value, !all.isEmpty else { return "-" }
        return all.map { "\(($0["owner"] ?? $0["id"] ?? .null).cell): \(rateLimit($0))" }.joined(separator: ", ")
    }

    static func rateLimit(_ value: JSONValue) -> String {
        guard let limit = value["limit"], let remaining = value["remaining"], limit != .null else { return "-" }
        return "\(remaining.cell) of \(limit.cell) left"
    }
}
