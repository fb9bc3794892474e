import Testing

@testable import GitHubCore

struct WebhookSignatureTests {
    private let secret = WebhookSignature.Secret("It's a Secret to Everybody")

    @Test(
        arguments: [
            ("Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
            (
                "payload=%7B%22zen%22%3A%22Keep+it+logically+awesome.%22%2C%22hook_id%22%3A1%7D",
                "fddacfb7d7106fd32f5d94dc8846df6694e2ed5e2aed3806b11ab82cccff8d01"
            ),
        ]
    )
    func publishedVectorsAreSignedAndVerified(body: String, hex: String) throws {
        let bytes = Array(body.utf8)
        #expect(WebhookSignature(of: bytes, with: secret).headerValue == "sha256=\(hex)")
        let read = try #require(WebhookSignature("sha256=\(hex)"))
        #expect(read.firstSigner(of: bytes, among: [secret]) == 0)
    }

    @Test func anyOfSeveralSecretsMayHaveSigned() {
        let body = Array("{}".utf8)
        let old = WebhookSignature.Secret("old")
        let signature = WebhookSignature(of: body, with: old)
        #expect(signature.firstSigner(of: body, among: [secret, old]) == 1)
        #expect(signature.firstSigner(of: body, among: [secret]) == nil)
        #expect(signature.firstSigner(of: body, among: []) == nil)
    }

    @Test func oneChangedByteIsNotSigned() {
        let signature = WebhookSignature(of: Array("{}".utf8), with: secret)
        #expect(signature.firstSigner(of: Array("{} ".utf8), among: [secret]) == nil)
    }

    @Test func anEmptySecretNeverSigns() {
        let empty = WebhookSignature.Secret("")
        let body = Array("{}".utf8)
        #expect(WebhookSignature(of: body, with: empty).firstSigner(of: body, among: [empty]) == nil)
    }

    @Test(
        arguments: [
            "", "sha256=", "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1g",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700",
        ]
    )
    func otherHeadersAreNotSignatures(value: String) {
        #expect(WebhookSignature(value) == nil)
    }

    @Test func secretsDoNotShowThemselves() {
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains("Everybody"))
        }
    }
}
