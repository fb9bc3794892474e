import CacheCore

extension MediaClass {
    /// The `Accept` value that asks GitHub for it.
    var accept: String {
        switch self {
        case .json: "application/vnd.github+json"
        case .raw, .html, .text, .full: "application/vnd.github.\(rawValue)+json"
        case .diff, .patch: "application/vnd.github.\(rawValue)"
        }
    }
}
