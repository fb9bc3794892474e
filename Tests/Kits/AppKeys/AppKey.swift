import Crypto
import CryptoExtras
import Foundation

/// A GitHub App's key, made anew for each run of the tests, and tokens signed with it.
package struct AppKey: Sendable {
    private let key: _RSA.Signing.PrivateKey

    private static let made = Result { try AppKey() }

    /// A key, which takes a while to make.
    package init() throws {
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// The one key of all who need no other.
    package static func shared() throws -> AppKey { try made.get() }

    /// The private key as GitHub hands it out, in the form of PKCS#1.
    package var pkcs1: String { key.pemRepresentation }

    /// The private key in the form of PKCS#8.
    package var pkcs8: String { key.pkcs8PEMRepresentation }

    /// The public key.
    package var publicKey: String { key.publicKey.pemRepresentation }

    /// Whether a signature over a message was made with this key.
    package func verifies(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        key.publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.hash(data: message),
            padding: .insecurePKCS1v1_5
        )
    }

    /// An App's own token, signed by hand.
    package func token(issuer: String, issuedAt: Int64, expiresAt: Int64, algorithm: String = "RS256") throws -> String
    {
        let header = Self.base64URL(Array(#"{"alg":"\#(algorithm)","typ":"JWT"}"#.utf8))
        let claims = Self.base64URL(Array(#"{"iat":\#(issuedAt),"exp":\#(expiresAt),"iss":"\#(issuer)"}"#.utf8))
        let signature = try key.signature(
            for: SHA256.hash(data: Array("\(header).\(claims)".utf8)),
            padding: .insecurePKCS1v1_5
        )
        return "\(header).\(claims).\(Self.base64URL(Array(signature.rawRepresentation)))"
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
