import Fleet
import Foundation
import HookCacheKit
import NIOHTTP1
import Testing

/// The other doors of a node, and other nodes, show nothing of a private entry either.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersListenersTests {
    @Test func theControlAPIOverTCP() async throws {
        try await Vault.with(doors: [.tcp]) { vault in
            let path = vault.runs
            let targets = [
                "/_hookcache/v1/stats", "/_hookcache/v1/entries", "/_hookcache/v1/entries?prefix=\(path)",
                "/_hookcache/v1/entries?prefix=/repos&limit=1000", "/_hookcache/v1/entries/body?path=\(path)",
                "/_hookcache/v1/query?path=\(path)", "/_hookcache/v1/queue?owner=octo-tools",
                "/_hookcache/v1/queue?repo=octo-tools/vault-ci", "/_hookcache/v1/runs?repo=octo-tools/vault-ci",
                "/_hookcache/v1/jobs?repo=octo-tools/vault-ci&run=\(vault.run)", "/_hookcache/v1/peers",
                "/_hookcache/v1/hooks", "/metrics", "/healthz", "/readyz", "/_hookcache/", "/_hookcache",
            ]
            for target in targets {
                try await vault.refuses(
                    vault.get(target),
                    vault.get(target, "Authorization: Bearer \(Vault.stranger)"),
                    vault.get(target, "Authorization: Bearer "),
                    vault.get(target, "Authorization: Basic \(Vault.basic("", ""))")
                )
            }
        }
    }

    @Test func theWebhookListener() async throws {
        try await Vault.with(doors: [.tcp]) { vault in
            let port = try #require(await vault.fleet.nodes[0].webhookPort())
            for target in [vault.runs, "/_hookcache/v1/entries", "/metrics", "/webhook/..\(vault.runs)"] {
                let answer = try await vault.exchange(vault.get(target), port: port)
                #expect(answer.hasPrefix("HTTP/1.1 4"))
                for mark in Vault.marks { #expect(!answer.contains(mark)) }
            }
        }
    }

    @Test func theSocketWithoutACredential() async throws {
        try await Vault.with(doors: [.tcp]) { vault in
            for host in ["localhost", String(vault.fleet.githubURL.dropFirst("http://".count))] {
                for headers in [HTTPHeaders(), ["Authorization": "token \(Vault.stranger)"]] {
                    let answer = try await vault.fleet.overSocket(vault.runs, host: host, headers: headers)
                    #expect(answer.status == 404)
                    #expect(!String(decoding: answer.body, as: UTF8.self).contains("canary-4711"))
                }
            }
        }
    }

    @Test func anotherPeer() async throws {
        try await Vault.with(nodes: 2, doors: [.tcp]) { vault in
            for path in vault.stored.keys {
                for headers in [
                    HTTPHeaders(), ["Authorization": "token \(Vault.stranger)"], ["Authorization": "token node-token"],
                ] {
                    let answer = try await vault.fleet.get(path, from: 1, headers: headers)
                    #expect(answer.status == 404)
                    #expect(!String(decoding: answer.body, as: UTF8.self).contains("vault-ci"))
                }
                let asked = try await vault.fleet.overSocket(
                    "/_hookcache/v1/query?path=\(path)",
                    host: "localhost",
                    of: 1
                )
                #expect(!String(decoding: asked.body, as: UTF8.self).contains("bafkrei"))
            }
            let entries = try await vault.fleet.overSocket(
                "/_hookcache/v1/entries?limit=1000",
                host: "localhost",
                of: 1
            )
            #expect(!String(decoding: entries.body, as: UTF8.self).contains(#""status":200"#))
        }
    }

    @Test func theMeshsPortSpeaksNoHTTP() async throws {
        try await Vault.with(doors: [.tcp]) { vault in
            let address = try #require(await vault.fleet.nodes[0].meshAddresses().first)
            let parts = address.split(separator: "/")
            let port = try #require(parts.firstIndex(of: "tcp").flatMap { Int(parts[$0 + 1]) })
            let answer = try await vault.exchange(vault.get(vault.runs), port: port)
            #expect(!answer.contains("HTTP/1.1") && !answer.contains("canary-4711"))
        }
    }
}
