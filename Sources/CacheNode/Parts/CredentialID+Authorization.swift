package import CacheCore
import Crypto

extension CredentialID {
    /// Names the credential in an `Authorization` value (RFC 9110, section 11.6.2) by a keyed hash, HMAC-SHA-256.
    ///
    /// `Bearer x` and `token x` are one credential to GitHub, whatever the case of the scheme and however many spaces
    /// follow it. Any other value, `Basic` among them, is a credential of its own exactly as it stands. Which of the two
    /// it is goes into the hash, so that no value can be made that shares the id of another's token.
    package init(ofAuthorization value: String, key: [UInt8]) {
        let words = value.split(separator: " ", omittingEmptySubsequences: true)
        if words.count == 2, ["bearer", "token"].contains(words[0].lowercased()) {
            self.init(ofToken: String(words[1]), key: key)
        } else {
            self.init(hashing: "value \(value)", key: key)
        }
    }

    /// Names a token as it is, without a scheme.
    package init(ofToken token: String, key: [UInt8]) {
        self.init(hashing: "token \(token)", key: key)
    }

    /// Names a GitHub App, whose tokens come and go.
    package init(ofApp id: String, key: [UInt8]) {
        self.init(hashing: "app \(id)", key: key)
    }

    private init(hashing text: String, key: [UInt8]) {
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key))
        self.init(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}
