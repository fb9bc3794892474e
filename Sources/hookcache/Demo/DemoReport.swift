/// What the demo saw: each event, when each node had it, and what it cost.
struct DemoReport: Sendable, Equatable {
    /// One of the three nodes.
    struct Node: Sendable, Equatable {
        var name: String
        var peerID: String
        var apiURL: String
    }

    /// One delivery, and the readers' view of it.
    struct Event: Sendable, Equatable {
        /// What happened, such as `run 1 in_progress`.
        var title: String
        /// How GitHub was answered, and after how many milliseconds; nil where there was no answer.
        var status: Int?
        var answeredAfter: Double
        /// When a read through each node first showed it, in milliseconds from the event; nil where none did in time.
        var freshAfter: [Double?]

        var arrivedEverywhere: Bool { self.status == 202 && self.freshAfter.allSatisfy { $0 != nil } }
    }

    /// Calls to GitHub that counted against a quota.
    struct Calls: Sendable, Equatable {
        /// To register the webhook and for the nodes' first reads.
        var before = 0
        /// From the first event to the last list.
        var during = 0
    }

    var nodes: [Node] = []
    var events: [Event] = []
    /// Lists that did not show the last state in time, each with its node.
    var staleLists: [String] = []
    var calls = Calls()

    /// Whether every event arrived everywhere.
    var isComplete: Bool {
        !self.events.isEmpty && self.events.allSatisfy(\.arrivedEverywhere) && self.staleLists.isEmpty
    }

    /// What a node must ask at least to learn of as many events by polling: once after each.
    var leastPolls: Int { self.events.count * self.nodes.count }
}

extension DemoReport {
    /// Who is there.
    func opening(githubURL: String, repository: String, _ style: Style) -> String {
        var lines = ["A simulated GitHub and three nodes, joined over libp2p:", ""]
        lines.append("  GitHub  \(githubURL)")
        lines += self.nodes.map { "  node \($0.name)  \($0.apiURL)  \($0.peerID)" }
        lines += ["", "The webhook of \(repository) is registered through node \(self.nodes.first?.name ?? "")."]
        lines.append("Each event is signed, delivered there, and read back through every node:")
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// The heading of the events' table.
    func header(_ style: Style) -> String {
        let titles = ["EVENT", "ANSWER"] + self.nodes.map { "FRESH ON \($0.name)" }
        return style.paint(Self.line(titles), .dim) + "\n"
    }

    /// One event's line.
    static func row(_ event: Event, _ style: Style) -> String {
        let answer = event.status.map { "\($0) \(Self.milliseconds(event.answeredAfter))" } ?? "none"
        let cells = [event.title, answer] + event.freshAfter.map { $0.map(Self.milliseconds) ?? "never" }
        return style.paint(Self.line(cells), event.arrivedEverywhere ? .plain : .red) + "\n"
    }

    /// What it comes to.
    func summary(_ style: Style) -> String {
        let arrived = self.events.filter(\.arrivedEverywhere).count
        var lines: [String] = []
        if self.isComplete {
            lines.append(style.paint("\(arrived) events, each fresh on every node, as GitHub sent it.", .green))
        } else {
            lines.append(style.paint("\(arrived) of \(self.events.count) events arrived everywhere.", .red))
            lines += self.staleLists.map { style.paint("not up to date: \($0)", .red) }
        }
        let medians = self.nodes.indices.map { index in
            let times = self.events.compactMap { $0.freshAfter[index] }
            return "\(Self.median(times).map(Self.milliseconds) ?? "never") on \(self.nodes[index].name)"
        }
        lines.append("From the event to a fresh read, in the median: \(medians.joined(separator: ", ")).")
        lines.append("")
        lines.append(
            "Calls to GitHub   \(self.calls.during) for \(self.events.count) events, after \(self.calls.before) to begin with"
        )
        lines.append(
            "By polling        \(self.leastPolls) at the least: each node once after each event; and at the default TTLs"
        )
        lines.append(
            "                  \(Self.hourlyPolls(nodes: self.nodes.count)) an hour, with each event seen up to two minutes late"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// Calls of an hour if each node asks for the runs and for one run's jobs each time their 120 seconds are over.
    static func hourlyPolls(nodes: Int) -> Int { nodes * 2 * 3600 / 120 }

    /// Everything, for programs.
    var json: JSONValue {
        .object([
            "nodes": .array(
                self.nodes.map { node in
                    .object([
                        "name": .string(node.name), "peer_id": .string(node.peerID), "api_url": .string(node.apiURL),
                    ])
                }
            ),
            "events": .array(
                self.events.map { event in
                    .object([
                        "event": .string(event.title), "status": event.status.map { .integer(Int64($0)) } ?? .null,
                        "answered_after_ms": .number(event.answeredAfter),
                        "fresh_after_ms": .array(event.freshAfter.map { $0.map(JSONValue.number) ?? .null }),
                    ])
                }
            ),
            "api_calls": .object([
                "before": .integer(Int64(self.calls.before)), "during": .integer(Int64(self.calls.during)),
                "least_polls": .integer(Int64(self.leastPolls)),
                "hourly_polls": .integer(Int64(Self.hourlyPolls(nodes: self.nodes.count))),
            ]),
            "complete": .bool(self.isComplete),
            "stale_lists": .array(self.staleLists.map(JSONValue.string)),
        ])
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [34, 14] + Array(repeating: 12, count: max(0, cells.count - 2))
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }
        return String(padded.joined().reversed().drop { $0 == " " }.reversed())
    }

    private static func milliseconds(_ value: Double) -> String {
        value < 100 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value)) ms"
    }

    static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}
