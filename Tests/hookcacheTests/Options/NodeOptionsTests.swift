import ArgumentParser
import HookCacheKit
import Testing

@testable import hookcache

@Suite struct NodeOptionsTests {
    @Test func everyFlagStandsForItsKey() throws {
        let given: [(String, Settings.Key, String)] = [
            ("--github-api-url", .githubAPIURL, "https://github.example.com/api/v3"),
            ("--webhook-listen", .webhookListen, "[::1]:1"),
            ("--webhook-url", .webhookURL, "https://h.example/webhook"), ("--inbox-max", .inboxMaximum, "5"),
            ("--api-listen", .apiListen, "127.0.0.1:2"), ("--api-hosts", .apiHosts, "a,b"),
            ("--socket-identity", .socketIdentity, "none"), ("--listen-host", .listenHost, "127.0.0.1"),
            ("--listen-port", .listenPort, "0"), ("--bootstrap-peers", .bootstrapPeers, "x"),
            ("--allowed-peers", .allowedPeers, "y"), ("--share", .share, "none"), ("--watch", .watch, "o/r"),
            ("--default-ttl", .defaultTTL, "7"), ("--ttl-runs", .runsTTL, "8"), ("--max-entries", .maximumEntries, "9"),
            ("--max-memory", .maximumMemory, "2MiB"), ("--log-format", .logFormat, "json"),
        ]
        let options = try NodeOptions.parse(given.flatMap { [$0.0, $0.2] })
        #expect(options.flags == Dictionary(uniqueKeysWithValues: given.map { ($0.1, $0.2) }))
        #expect(try NodeOptions.parse([]).flags.isEmpty)
    }
}
