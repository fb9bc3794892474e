import CacheCore
import Testing

@testable import CacheNode

struct CredentialIDAuthorizationTests {
    private func id(_ value: String, key: String = "key") -> CredentialID {
        CredentialID(ofAuthorization: value, key: Array(key.utf8))
    }

    @Test(arguments: ["token abc", "Bearer abc", "BEARER abc", "Token   abc", "bearer abc "])
    func oneTokenIsOneCredential(value: String) {
        #expect(id(value) == id("Bearer abc"))
        #expect(id(value) == CredentialID(ofToken: "abc", key: Array("key".utf8)))
    }

    @Test(arguments: [
        "abc", "Basic abc", "basic abc", "Bearer ab", "Bearer ABC", "Bearer x abc", "Digest a=\"1\", b abc",
        "Bearer\tabc",
        "Bearer", "Bearer abc,", "token: abc", "value Bearer abc", "token token abc", "",
    ])
    func anythingElseIsAnother(value: String) {
        #expect(id(value) != id("Bearer abc"))
    }

    @Test func valuesThatEndAlikeAreNotAlike() {
        // `user:one` and `user:two`, then two digests with the same last part.
        #expect(id("Basic dXNlcjpvbmU=") != id("Basic dXNlcjp0d28="))
        #expect(id("Digest username=\"a\", nc=1") != id("Digest username=\"b\", nc=1"))
        #expect(id("Basic dXNlcjpvbmU=") != id("Bearer dXNlcjpvbmU="))
    }

    @Test func theIDTellsNothingWithoutTheKey() {
        #expect(id("Bearer abc").text.count == 64)
        #expect(id("Bearer abc") != id("Bearer abc", key: "other"))
        #expect(!id("Bearer abc").text.contains("abc"))
    }
}
