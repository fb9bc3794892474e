import CacheCore
import Multiformats

/// Who a request goes out as.
struct Credential: Sendable {
    /// The value of `Authorization`, or nil for nobody.
    let authorization: String?
    /// Names the quota within this module: the same for every way to write one token.
    let account: String

    /// The installation of a GitHub App that it is a token of; nil for any other.
    var installation: Int64?

    /// Nobody.
    static let anonymous = Credential(authorization: nil)

    /// Whoever an `Authorization` value speaks for.
    init(authorization: String?) {
        self.authorization = authorization
        guard let authorization else {
            account = "anonymous"
            return
        }
        let token = authorization.split(separator: " ", maxSplits: 1).last ?? ""
        account = CID(hashing: Array(token.utf8)).description
    }

    /// A GitHub App, or one of its installations, whose quota stays the same over all of its tokens.
    init(authorization: String, account: String, installation: Int64? = nil) {
        self.authorization = authorization
        self.account = account
        self.installation = installation
    }
}
