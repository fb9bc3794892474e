import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOCore
import Testing

/// URLs lead to the address that a client used, and to GitHub's own for a client that asked for that.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LinksTests {
    private static let runs = "/repos/\(Fleet.repository)/actions/runs"

    /// How a client names the node, and how URLs then begin.
    private struct Address: Sendable {
        let door: Wire.Door
        let host: String
        var prefix = ""
        var header = "X-Nothing: 1"
        let base: String
    }

    private static func own(_ fleet: Fleet) async -> [Address] {
        let host = await fleet.host()
        let port = host.split(separator: ":")[1]
        return [
            Address(door: .tcp, host: host, base: "http://\(host)"),
            Address(door: .tcp, host: host, prefix: "/api/v3", base: "http://\(host)/api/v3"),
            Address(door: .tcp, host: "LOCALHOST:\(port)", base: "http://localhost:\(port)"),
            Address(door: .tcp, host: host, header: "X-Forwarded-Proto: https", base: "https://\(host)"),
            Address(door: .socket, host: "localhost", base: "http://localhost"),
            Address(door: .socket, host: "localhost", prefix: "/api/v3", base: "http://localhost/api/v3"),
        ]
    }

    private static func upstream(_ fleet: Fleet) -> [Address] {
        Wire.Door.allCases.map { Address(door: $0, host: fleet.upstreamHost, base: fleet.githubURL) }
    }

    private static func withRuns(_ work: @Sendable @escaping (Fleet, [Int64]) async throws -> Void) async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let name = try #require(RepositoryName(Fleet.repository))
            var runs: [Int64] = []
            for _ in 0..<3 { runs.append(try await fleet.github.startRun(.init(name))) }
            try await work(fleet, runs)
        }
    }

    @Test func pagesAreWalkedUnderTheAddressInUse() async throws {
        try await Self.withRuns { fleet, runs in
            let addresses = await Self.own(fleet) + Self.upstream(fleet)
            // What a page shows makes the pages before it be asked for once more.
            for _ in 0..<2 { try await Self.walk(fleet, addresses[0], runs) }
            let before = await fleet.github.calls.total
            for address in addresses { try await Self.walk(fleet, address, runs) }
            #expect(await fleet.github.calls.total == before)
        }
    }

    private static func walk(_ fleet: Fleet, _ address: Address, _ runs: [Int64]) async throws {
        var found: [Int64] = []
        var next: String? = "\(address.base)\(Self.runs)?per_page=1"
        while let url = next, found.count <= runs.count {
            #expect(url.hasPrefix(address.base + "/"))
            let target = address.prefix + url.dropFirst(address.base.count)
            let answer = try await fleet.ask(target, at: address.door, host: address.host, address.header)
            #expect(answer.status == 200)
            let links = answer["Link"].first.flatMap { LinkHeader($0) }
            next = links?.target(relation: "next")
            for relation in ["first", "prev", "next", "last"] {
                guard let target = links?.target(relation: relation) else { continue }
                #expect(target.hasPrefix(address.base + "/"), "\(relation)")
            }
            let urls = try strings(in: answer.body).filter { $0.contains("/actions/runs/") }
            let ofAPI = urls.filter { !$0.hasPrefix("https://github.com/") }
            #expect(!ofAPI.isEmpty && ofAPI.allSatisfy { $0.hasPrefix(address.base + "/repos/") })
            found += try ids(in: answer.body)
        }
        #expect(found == runs.reversed())
    }

    @Test func whoAsksForGitHubsOwnHostGetsGitHubsOwnBytes() async throws {
        try await Self.withRuns { fleet, _ in
            let port = try #require(Int(fleet.upstreamHost.split(separator: ":")[1]))
            let target = "\(Self.runs)?per_page=1"
            let request = "GET \(target) HTTP/1.1\r\nHost: \(fleet.upstreamHost)\r\nUser-Agent: tests\r\n\r\n"
            let direct = try await Wire.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port)) { wire in
                await wire.send(request)
                return try await wire.answer()
            }
            for address in Self.upstream(fleet) {
                for _ in 0..<2 {
                    let answer = try await fleet.ask(target, at: address.door, host: address.host)
                    #expect(answer.body == direct?.body)
                    #expect(answer["Link"] == direct?["Link"])
                    let absolute = try await fleet.ask(
                        fleet.githubURL + target,
                        at: address.door,
                        host: "ignored.example"
                    )
                    #expect(absolute.body == direct?.body)
                }
            }
        }
    }

    @Test func whatPassesThroughIsRewrittenToo() async throws {
        try await Self.withRuns { fleet, _ in
            for address in await Self.own(fleet) + Self.upstream(fleet) {
                let answer = try await fleet.ask(
                    address.prefix + "/user",
                    at: address.door,
                    host: address.host,
                    address.header,
                    "Authorization: token \(Fleet.token)"
                )
                #expect(answer.status == 200 && answer["Cache-Status"] == ["hookcache; fwd=bypass"])
                let urls = try Self.strings(in: answer.body).filter { $0.contains("/users/") }
                #expect(!urls.isEmpty && urls.allSatisfy { $0.hasPrefix(address.base + "/users/") }, "\(address.base)")
            }
        }
    }

    private static func ids(in body: [UInt8]) throws -> [Int64] {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        let runs = try #require(object?["workflow_runs"] as? [[String: Any]])
        return runs.compactMap { ($0["id"] as? NSNumber)?.int64Value }
    }

    /// Every URL in a JSON text.
    private static func strings(in body: [UInt8]) throws -> [String] {
        func all(_ value: Any) -> [String] {
            switch value {
            case let text as String: text.hasPrefix("http") ? [text] : []
            case let list as [Any]: list.flatMap(all)
            case let object as [String: Any]: object.values.flatMap(all)
            default: []
            }
        }
        return all(try JSONSerialization.jsonObject(with: Data(body)))
    }
}
