import Foundation
import GitHubCore

extension JSONObject {
    /// The moment at a key.
    func date(_ key: String) -> Date? {
        timestamp(key).map { Date(timeIntervalSince1970: Double($0.milliseconds) / 1000) }
    }
}
