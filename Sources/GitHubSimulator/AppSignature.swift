import Crypto
import CryptoExtras
package import GitHubSimulatorCore

/// The signatures of a GitHub App's own tokens: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
package enum AppSignature {
    /// Checks signatures with a public key in PEM.
    package static func verifier(publicKey pem: String) throws -> SimulatedGitHub.App.Verifier {
        let key = try _RSA.Signing.PublicKey(pemRepresentation: pem)
        return { message, signature in
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5
            )
        }
    }
}
