import CacheCore
import Testing

@testable import GitHubClient

@Suite struct CredentialTests {
    private let id = CredentialID("abc")

    @Test func oneTokenIsOneAccountHoweverItIsWritten() {
        let node = Credential(.node, token: AccessToken("ghp_x"))
        #expect(node?.authorization == "Bearer ghp_x")
        #expect(node?.account == Credential(.caller(id, authorization: "token ghp_x"), token: nil)?.account)
        #expect(node?.account != Credential(authorization: "token ghp_y").account)
        #expect(node?.account != Credential.anonymous.account)
    }

    @Test func aCallersValueGoesOutAsItCame() {
        let caller = Credential(.caller(id, authorization: "token  ghp_x"), token: AccessToken("other"))
        #expect(caller?.authorization == "token  ghp_x")
        #expect(Credential(.anonymous, token: AccessToken("other"))?.authorization == nil)
    }

    @Test func aNodeWithoutATokenHasNone() {
        #expect(Credential(.node, token: nil) == nil)
    }

    @Test func neitherTokenNorAccountTellTheToken() {
        let token = AccessToken("ghp_very_secret")
        var dumped = ""
        dump(token, to: &dumped)
        let texts = ["\(token)", String(reflecting: token), dumped, Credential(.node, token: token)?.account ?? ""]
        #expect(texts.allSatisfy { !$0.contains("ghp_very_secret") })
    }
}
