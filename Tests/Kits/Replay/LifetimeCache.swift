import GitHubCore

/// A cache as most are: for each credential one copy of an answer for all who ask with it, kept for the table's lifetime
/// and then asked for anew, without a validator.
struct LifetimeCache {
    private var held: [String: (until: Timestamp, body: [UInt8])] = [:]
    private(set) var requests = 0

    /// What a question is answered with, where it is kept.
    mutating func read(_ list: RunnerFleet.List, token: String, now: Timestamp) -> [UInt8]? {
        requests += 1
        guard let held = held[token + list.path], now < held.until else { return nil }
        return held.body
    }

    /// Keeps an answer.
    mutating func keep(_ body: [UInt8], of list: RunnerFleet.List, token: String, now: Timestamp) {
        held[token + list.path] = (now.advanced(bySeconds: list.lifetime), body)
    }

    /// What would be answered now; nil where GitHub would be asked.
    func peek(_ list: RunnerFleet.List, token: String, now: Timestamp) -> [UInt8]? {
        held[token + list.path].flatMap { now < $0.until ? $0.body : nil }
    }
}
