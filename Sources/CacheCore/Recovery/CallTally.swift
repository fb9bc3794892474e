package import GitHubCore

/// How many calls something cost within the last hour, to the minute.
package struct CallTally: Hashable, Sendable {
    private var minutes: [Int64: Int] = [:]

    /// None yet.
    package init() {}

    /// Counts calls.
    package mutating func add(_ count: Int, at now: Timestamp) {
        let minute = now.seconds / 60
        minutes = minutes.filter { $0.key > minute - 60 }
        if count > 0 { minutes[minute, default: 0] += count }
    }

    /// The calls of the hour that ends now.
    package func lastHour(at now: Timestamp) -> Int {
        let minute = now.seconds / 60
        return minutes.reduce(0) { $1.key > minute - 60 && $1.key <= minute ? $0 + $1.value : $0 }
    }
}
