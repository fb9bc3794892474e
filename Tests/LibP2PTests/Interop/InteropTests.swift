import Testing

/// Connections, identify, ping, requests, gossip, provider records and private networks with the nodes that `Tests/run`
/// installs; `Tests/Interop/run` by itself takes Kubo and rust-libp2p too.
@Suite(.enabled(if: InteropScript.isReady, InteropScript.absence), .timeLimit(.minutes(5)))
struct InteropTests {
    @Test func pythonAndGoUnderstandUs() async throws {
        let (lines, status) = try await InteropScript.run(peers: "py,go")
        let passed = lines.count { $0.hasSuffix(" ok") }
        #expect(status == 0, "\(lines.filter { !$0.hasSuffix(" ok") }.joined(separator: "\n"))")
        // A script that checks nothing would pass too.
        #expect(passed >= 40)
    }
}
