import AppKeys
import Foundation
import GitHubSimulator
import Testing

struct AppSignatureTests {
    @Test func aSignatureIsCheckedAgainstThePublicKey() throws {
        let key = try AppKey.shared()
        let verifies = try AppSignature.verifier(publicKey: key.publicKey)
        let token = try key.token(issuer: "1", issuedAt: 0, expiresAt: 1)
        let parts = token.split(separator: ".")
        let signature = try #require(Self.bytes(String(parts[2])))
        let message = Array("\(parts[0]).\(parts[1])".utf8)
        #expect(verifies(message, signature))
        #expect(!verifies(message + [0], signature))
        #expect(!verifies(message, signature.dropLast() + [signature[signature.count - 1] ^ 1]))
        #expect(!verifies(message, []))
        let other = try AppSignature.verifier(publicKey: AppKey().publicKey)
        #expect(!other(message, signature))
        #expect(throws: (any Error).self) { try AppSignature.verifier(publicKey: "no key") }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        while standard.utf8.count % 4 != 0 { standard += "=" }
        return Data(base64Encoded: standard).map { Array($0) }
    }
}
