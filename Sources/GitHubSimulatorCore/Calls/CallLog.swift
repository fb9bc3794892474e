package import GitHubCore

/// What a simulated GitHub was asked, and what it cost.
package struct CallLog: Sendable {
    /// One call.
    package struct Entry: Hashable, Sendable {
        /// When.
        package let time: Timestamp
        /// The method.
        package let method: String
        /// The path and the query, as sent.
        package let target: String
        /// The status of the answer.
        package let status: Int
        /// Whose credential it had; nil for none.
        package let login: String?
        /// Whether it was counted against a budget.
        package let isCounted: Bool
    }

    /// The latest calls, the oldest first.
    package private(set) var entries: [Entry] = []
    /// All calls.
    package private(set) var total = 0
    /// Calls that cost a unit of a budget.
    package private(set) var counted = 0
    /// Calls that a 304 made free.
    package private(set) var notModified = 0
    /// Counted calls by path, without the query.
    package private(set) var countedByPath: [String: Int] = [:]

    /// Nothing yet.
    package init() {}

    mutating func append(_ entry: Entry) {
        total += 1
        if entry.status == 304 { notModified += 1 }
        if entry.isCounted {
            counted += 1
            let path = entry.target.split(separator: "?").first.map { String($0) } ?? entry.target
            if countedByPath[path] != nil || countedByPath.count < SimulatedGitHub.Limits.callLog {
                countedByPath[path, default: 0] += 1
            }
        }
        // Cut in halves, so that a full log does not move for every call.
        if entries.count >= 2 * SimulatedGitHub.Limits.callLog { entries.removeFirst(SimulatedGitHub.Limits.callLog) }
        entries.append(entry)
    }
}
