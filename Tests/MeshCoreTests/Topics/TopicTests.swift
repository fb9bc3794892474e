import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct TopicTests {
    /// The base32 of `printf %s octo/hello | sha256sum`, made with Python's hashlib and base64.
    @Test func aTopicIsTheHashOfTheNameInLowerCase() throws {
        let name = try Topic.name(for: Sample.repository("Octo/Hello"))
        #expect(name == "/hookcache/1/eszkuysqh5t52gm4cau773c2qv7zmifw76fyvgrgxsg3xwlobswq")
        #expect(try Topic.name(for: Sample.repository("octo/hello")) == name)
        #expect(try Topic.name(for: Sample.repository("octo/other")) != name)
    }

    @Test func aJobHasATopicOfItsOwn() {
        let (job, other) = (CID(hashing: [1]), CID(hashing: [2]))
        #expect(Topic.name(forJob: job) != Topic.name(forJob: other))
        #expect(Topic.name(forJob: job).hasPrefix("/hookcache/1/"))
        #expect(Topic.name(forJob: job, swarmKey: [UInt8](0..<32)) != Topic.name(forJob: job))
    }

    @Test func aSwarmKeyMakesTheNameItsOwn() throws {
        let key = [UInt8](0..<32)
        #expect(
            try Topic.name(for: Sample.repository("Octo/Hello"), swarmKey: key)
                == "/hookcache/1/swk7mddcu2ayf5cogxnn24vuba57qna4xkl774ekb7z3mhlp3mqa"
        )
    }
}
