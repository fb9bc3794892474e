import Crypto

/// The signature of a webhook delivery: HMAC-SHA256 over the raw bytes of its body.
///
/// Docs: "Validating webhook deliveries". There is no equality on purpose: codes are compared in constant time, through
/// ``firstSigner(of:among:)`` alone.
package struct WebhookSignature: Sendable {
    /// The header that carries it.
    package static let headerName = "X-Hub-Signature-256"

    /// What both sides know; it never shows itself in text, so that no log or error can hold it.
    package struct Secret: Hashable, Sendable {
        /// The secret's own bytes, for those who must hand it on.
        package let bytes: [UInt8]

        /// A secret made of the UTF-8 bytes of a text.
        package init(_ text: String) {
            self.bytes = Array(text.utf8)
        }
    }

    private let code: [UInt8]

    /// Reads the header's value, `sha256=` and 64 hexadecimal digits; nil for anything else.
    package init?(_ headerValue: String) {
        let digits = headerValue.utf8.dropFirst(Self.prefix.utf8.count)
        guard headerValue.hasPrefix(Self.prefix), digits.count == 2 * SHA256.byteCount,
            let code = [UInt8](hexadecimal: digits)
        else { return nil }
        self.code = code
    }

    /// Signs a body.
    package init(of body: [UInt8], with secret: Secret) {
        self.code = Array(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: secret.bytes)))
    }

    /// The header's value.
    package var headerValue: String { Self.prefix + code.hexadecimal }

    /// The place of the first secret that makes this very signature over a body; each is tried, whatever the others said.
    package func firstSigner(of body: [UInt8], among secrets: [Secret]) -> Int? {
        var found: Int?
        for (index, secret) in secrets.enumerated() {
            // A key of no bytes signs for everybody.
            let key = SymmetricKey(data: secret.bytes)
            let matches = HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key)
            if matches, !secret.bytes.isEmpty, found == nil { found = index }
        }
        return found
    }

    private static let prefix = "sha256="
}

extension WebhookSignature.Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is one, and nothing of it.
    package var description: String { "<secret>" }

    /// Says that there is one, and nothing of it.
    package var debugDescription: String { description }

    /// Shows nothing to dumps and failed expectations.
    package var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
}
