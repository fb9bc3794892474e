import GitHubCore

/// What a list of runs is asked for.
struct RunFilter {
    private let actor: String?
    private let branch: String?
    private let event: String?
    private let status: String?
    private let headSHA: String?
    private let checkSuiteID: Int64?
    private let created: ClosedRange<Timestamp>?
    /// Whether pull requests are to be left out.
    let excludesPullRequests: Bool

    /// Whether anything is asked for: then the index answers, which may lag, and 1,000 results can be reached.
    var isSearch: Bool {
        actor != nil || branch != nil || event != nil || status != nil || headSHA != nil || checkSuiteID != nil
            || created != nil
    }

    init(_ call: SimulatedGitHub.Call) {
        func text(_ name: String) -> String? { call.parameter(name).flatMap { $0.isEmpty ? nil : $0 } }
        actor = text("actor")
        branch = text("branch")
        event = text("event")
        status = text("status")
        headSHA = text("head_sha")
        checkSuiteID = text("check_suite_id").flatMap { Int64($0) }
        created = text("created").flatMap { Self.range($0) }
        excludesPullRequests = text("exclude_pull_requests") == "true"
    }

    func accepts(_ run: SimulatedGitHub.Run) -> Bool {
        (actor.map { $0.lowercased() == run.actor.lowercased() } ?? true)
            && (branch.map { $0 == run.branch } ?? true)
            && (event.map { $0 == run.event } ?? true)
            && (status.map { $0 == run.status.rawValue || $0 == run.conclusion?.rawValue } ?? true)
            && (headSHA.map { $0 == run.headSHA } ?? true)
            && (checkSuiteID.map { $0 == run.checkSuiteID } ?? true)
            && (created?.contains(run.createdAt) ?? true)
    }

    /// GitHub's syntax of ranges: `A..B` with `*` for an open end, `>=A`, `<B`, or one day.
    private static func range(_ text: String) -> ClosedRange<Timestamp>? {
        let least = Timestamp(milliseconds: .min)
        let most = Timestamp(milliseconds: .max)
        let low: Timestamp?
        let high: Timestamp?
        if let dots = text.firstRange(of: "..") {
            low = text[..<dots.lowerBound] == "*" ? least : start(text[..<dots.lowerBound])
            high = text[dots.upperBound...] == "*" ? most : end(text[dots.upperBound...])
        } else if text.hasPrefix(">=") {
            (low, high) = (start(text.dropFirst(2)), most)
        } else if text.hasPrefix(">") {
            (low, high) = (end(text.dropFirst())?.advanced(byMilliseconds: 1), most)
        } else if text.hasPrefix("<=") {
            (low, high) = (least, end(text.dropFirst(2)))
        } else if text.hasPrefix("<") {
            (low, high) = (least, start(text.dropFirst())?.advanced(byMilliseconds: -1))
        } else {
            (low, high) = (start(text[...]), end(text[...]))
        }
        guard let low, let high, low <= high else { return nil }
        return low...high
    }

    private static func start(_ text: Substring) -> Timestamp? {
        Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z")
    }

    private static func end(_ text: Substring) -> Timestamp? {
        Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T23:59:59.999Z")
    }
}
