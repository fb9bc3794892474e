import CacheCore
import Multiformats

/// Who a request goes out as.
struct Credential: Sendable {
    /// The value of `Authorization`, or nil for nobody.
    let authorization: String?
    /// Names the quota within this module: the same for every way to write one token.
    let account: String

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

    /// Who an identity stands for, or nil where the node has no credential.
    init?(_ identity: Identity, token: AccessToken?) {
        switch identity {
        case .anonymous:
            self = .anonymous
        case .node:
            guard let token else { return nil }
            self.init(authorization: token.authorization)
        case .caller(_, let authorization):
            self.init(authorization: authorization)
        }
    }
}
