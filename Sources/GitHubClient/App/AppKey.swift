import JWTKit

/// The private key of a GitHub App; it shows itself in no text, and nothing but signatures comes of it.
package struct AppKey: Sendable {
    /// What is wrong with a text that is to be a key.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is a public key.
        case isPublic
        /// It is locked by a password.
        case isEncrypted
        /// It is no key that an App may have.
        case isNone

        package var description: String {
            switch self {
            case .isPublic: "a private key: this is a public one"
            case .isEncrypted: "a key without a password (openssl pkey -in OLD -out NEW)"
            case .isNone: "an RSA private key in PEM, of 2048 bits or more, as GitHub makes it for an App"
            }
        }
    }

    private let key: Insecure.RSA.PrivateKey

    /// Reads a key in PEM, in the form of PKCS#1, as GitHub hands it out, or of PKCS#8.
    package init(pem: String) throws(Problem) {
        guard !pem.contains("BEGIN PUBLIC KEY"), !pem.contains("BEGIN RSA PUBLIC KEY") else { throw .isPublic }
        guard !pem.contains("ENCRYPTED") else { throw .isEncrypted }
        do {
            key = try Insecure.RSA.PrivateKey(pem: pem)
        } catch {
            throw .isNone
        }
    }

    /// Signs claims with RS256.
    func sign(_ claims: AppClaims) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256)
        return try await keys.sign(claims)
    }
}

extension AppKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is one, and nothing of it.
    package var description: String { "<key>" }

    /// Says that there is one, and nothing of it.
    package var debugDescription: String { description }

    /// Shows nothing to dumps and failed expectations.
    package var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
}
