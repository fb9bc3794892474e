import CacheCore
import Testing

@testable import GitHubClient

@Suite struct CredentialTests {
    @Test func oneTokenIsOneAccountHoweverItIsWritten() {
        let node = Credential(authorization: AccessToken("ghp_x").authorization)
        #expect(node.authorization == "Bearer ghp_x")
        #expect(node.account == Credential(authorization: "token ghp_x").account)
        #expect(node.account != Credential(authorization: "token ghp_y").account)
        #expect(node.account != Credential.anonymous.account)
    }

    @Test func aCallersValueGoesOutAsItCame() {
        #expect(Credential(authorization: "token  ghp_x").authorization == "token  ghp_x")
        #expect(Credential.anonymous.authorization == nil)
    }

    @Test func aNodeWithoutATokenHasNone() async {
        guard case .failure(.noCredential) = await OwnCredential.nobody.credential(for: nil) else {
            Issue.record("nobody has a credential")
            return
        }
    }

    @Test func neitherTokenNorAccountTellTheToken() {
        let token = AccessToken("ghp_very_secret")
        var dumped = ""
        dump(token, to: &dumped)
        let account = Credential(authorization: token.authorization).account
        let texts = ["\(token)", String(reflecting: token), dumped, account]
        #expect(texts.allSatisfy { !$0.contains("ghp_very_secret") })
    }
}
