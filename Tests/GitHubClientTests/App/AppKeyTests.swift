import AppKeys
import Foundation
import GitHubCore
import Testing

@testable import GitHubClient

@Suite struct AppKeyTests {
    @Test func bothFormsOfAKeySign() async throws {
        let key = try AppKeys.AppKey.shared()
        let claims = AppClaims(issuer: "17", at: Timestamp(seconds: 1_800_000_000))
        for pem in [key.pkcs1, key.pkcs8, "\n\(key.pkcs1)\n"] {
            let token = try await GitHubClient.AppKey(pem: pem).sign(claims)
            let parts = token.split(separator: ".").map(String.init)
            #expect(parts.count == 3)
            let header = try JSONObject(Self.bytes(parts[0]))
            let body = try JSONObject(Self.bytes(parts[1]))
            #expect(header.string("alg") == "RS256" && header.string("typ") == "JWT")
            #expect(body.string("iss") == "17")
            #expect(body.integer("iat") == 1_799_999_940 && body.integer("exp") == 1_800_000_540)
            let signature = try Self.bytes(parts[2])
            #expect(key.verifies(Array("\(parts[0]).\(parts[1])".utf8), signature))
        }
    }

    @Test func whatIsNoKeyIsRefused() throws {
        let key = try AppKeys.AppKey.shared()
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----"
        for (text, problem) in [
            (key.publicKey, GitHubClient.AppKey.Problem.isPublic), (encrypted, .isEncrypted), ("", .isNone),
            ("a key", .isNone), (String(key.pkcs1.dropLast(200)), .isNone),
        ] {
            #expect(throws: problem) { try GitHubClient.AppKey(pem: text) }
        }
    }

    @Test func aKeyShowsItselfNowhere() throws {
        let key = try AppKeys.AppKey.shared()
        let app = GitHubApp(id: "17", key: try GitHubClient.AppKey(pem: key.pkcs1))
        var dumped = ""
        dump(app, to: &dumped)
        let secret = key.pkcs1.split(separator: "\n")[1]
        for text in ["\(app)", String(reflecting: app), dumped] { #expect(!text.contains(secret)) }
    }

    private static func bytes(_ text: String) throws -> [UInt8] {
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        while standard.utf8.count % 4 != 0 { standard += "=" }
        return Array(try #require(Data(base64Encoded: standard)))
    }
}
