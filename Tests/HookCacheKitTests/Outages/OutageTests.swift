import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOCore
import NIOHTTP1
import RawServers
import Testing

/// GitHub is away, in one way or another: a node between real sockets serves what it has, and takes in nothing wrong.
@Suite(.serialized, .timeLimit(.minutes(5))) struct OutageTests {
    private typealias Answer = (status: Int, headers: HTTPHeaders, body: [UInt8])

    private static let runs = "/repos/\(Fleet.repository)/actions/runs"
    private static let misses = (2...9).map { "\(runs)?page=\($0)" }
    private static let headers: HTTPHeaders = ["Authorization": "token \(Fleet.token)", "User-Agent": "test"]
    /// Answers are old after this, in seconds.
    private static let lifetime = 1

    @Test(arguments: Outage.allCases)
    func whatIsStoredServesAndTheRestIsToldUntilGitHubIsBack(outage: Outage) async throws {
        try await Self.withLine { line, fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            _ = try await fleet.github.startRun(.init(repository))
            let before = try await Self.read(Self.runs, fleet)
            #expect(before.status == 200)
            try await fleet.eventually("the answer is old") { try await fleet.stored(Self.runs, on: 0) == nil }
            let size = await fleet.nodes[0].statistics().cacheSize

            try await line.become(outage.weather)
            // All at once, as clients come, and then one after the other.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await Self.expectStored(before.body, fleet) } }
                for miss in Self.misses { group.addTask { try await Self.expectFailure(miss, outage, fleet) } }
                try await group.waitForAll()
            }
            let asked = line.troubled.count
            #expect(asked > 0 || outage == .down)
            for miss in Self.misses + Self.misses + Self.misses {
                try await Self.expectStored(before.body, fleet)
                try await Self.expectFailure(miss, nil, fleet)
            }
            #expect(line.troubled.count - asked < Self.misses.count * 3, "GitHub is not left alone")

            // Nothing that came is stored, and what was stored is as it was.
            #expect(await fleet.nodes[0].statistics().cacheSize == size)
            let old = try await Self.read(Self.runs, fleet, wish: "only-if-cached, max-stale")
            #expect(old.body == before.body)
            for miss in Self.misses {
                let answer = try await Self.read(miss, fleet, wish: "only-if-cached, max-stale")
                #expect(answer.status == 504)
            }

            let run = try await fleet.github.startRun(.init(repository))
            try await line.become(.fair)
            try await fleet.eventually("GitHub is seen to be back") {
                let answer = try await Self.read(Self.runs, fleet)
                return String(decoding: answer.body, as: UTF8.self).contains("\"id\":\(run)")
            }
            let calls = await fleet.github.calls.total
            for miss in Self.misses { #expect(try await Self.read(miss, fleet).status == 200) }
            #expect(await fleet.github.calls.total == calls + Self.misses.count, "each at once")
        }
    }

    @Test(arguments: Outage.allCases.filter { ![.truncated, .unfinished, .stalled, .mislabelled].contains($0) })
    func whatIsHandedOnFailsClearly(outage: Outage) async throws {
        try await Self.withLine { line, fleet in
            try await line.become(outage.weather)
            let answer = try await Self.read("/repos/\(Fleet.repository)/contents/x", fleet)
            if let whole = outage.handedOn {
                #expect(answer.status == whole.status)
                #expect(answer.body == whole.body)
            } else if outage != .zippedTwice {
                #expect(answer.status == outage.status)
                try Self.expectWords(in: answer)
            }
            #expect(await fleet.nodes[0].statistics().cacheSize == 0)
        }
    }

    @Test func aWriteIsSentOnceWhateverHappensToItsAnswer() async throws {
        try await Self.withLine { line, fleet in
            try await line.become(Outage.resetting.weather)
            let answer = try await fleet.overSocket(
                "\(Self.runs)/1/rerun",
                host: String(line.url.dropFirst("http://".count)),
                method: .POST,
                headers: Self.headers
            )
            #expect(answer.status == 502)
            try Self.expectWords(in: answer)
            #expect(line.troubled.map(\.method) == ["POST"])
        }
    }

    @Test func whoLeavesASlowGitHubFindsItsAnswerLater() async throws {
        try await Self.withLine(patience: nil) { _, fleet in
            await fleet.github.addFault(.slow(3_000), times: 1)
            await #expect(throws: (any Error).self) {
                try await fleet.get(Self.runs, from: 0, headers: Self.headers, timeout: .milliseconds(200))
            }
            try await fleet.eventually("the answer is stored") {
                try await Self.read(Self.runs, fleet, wish: "only-if-cached, max-stale").status == 200
            }
            #expect(await fleet.github.calls.total == 1)
        }
    }

    @Test func aSlowGitHubIsWaitedForWithinTheClientsPatience() async throws {
        try await Self.withLine(patience: nil) { _, fleet in
            await fleet.github.addFault(.slow(3_000), times: 1)
            let answer = try await Self.read(Self.runs, fleet)
            #expect(answer.status == 200)
            #expect(
                answer.headers.first(name: "Cache-Status")?.hasPrefix("hookcache; fwd=miss; fwd-status=200") == true
            )
        }
    }

    private static func expectStored(_ body: [UInt8], _ fleet: Fleet) async throws {
        let answer = try await read(runs, fleet)
        #expect(answer.status == 200)
        #expect(answer.body == body)
        #expect(answer.headers.first(name: "Age").flatMap { Int($0) } ?? 0 >= lifetime)
        let status = answer.headers.first(name: "Cache-Status") ?? ""
        #expect(status.hasPrefix("hookcache; hit; ttl="))
        #expect(status.split(separator: "ttl=").last?.prefix { $0 != ";" }.first.map { "-0".contains($0) } == true)
    }

    /// Expects a failure in GitHub's shape, with the status of its cause where that is known.
    private static func expectFailure(_ path: String, _ outage: Outage?, _ fleet: Fleet) async throws {
        let answer = try await read(path, fleet)
        if let outage { #expect(answer.status == outage.status) }
        #expect([502, 504].contains(answer.status))
        #expect(answer.headers.first(name: "Cache-Status") == "hookcache; fwd=miss")
        #expect(answer.headers.first(name: "Retry-After") != nil)
        try expectWords(in: answer)
    }

    private static func expectWords(in answer: Answer) throws {
        #expect(answer.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        let message = try #require(object["message"] as? String)
        #expect(message.contains("GitHub") || message.contains("nothing is stored"))
        #expect(object["documentation_url"] as? String != nil)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains(Fleet.token))
    }

    private static func read(_ path: String, _ fleet: Fleet, wish: String? = nil) async throws -> Answer {
        var headers = headers
        if let wish { headers.add(name: "Cache-Control", value: wish) }
        return try await fleet.get(path, from: 0, headers: headers)
    }

    /// A node that reaches GitHub over a line, and has little time.
    private static func withLine(
        patience: Duration? = .seconds(1),
        _ work: @Sendable @escaping (Line, Fleet) async throws -> Void
    ) async throws {
        try await Line.run { line in
            try await Fleet.with(nodes: 1) { _, settings in
                line.lead(to: settings.github.apiURL)
                settings.github.apiURL = line.url
                settings.github.patience = patience
                settings.freshness.runsTTL = .seconds(lifetime)
            } _: { fleet in
                try await work(line, fleet)
            }
        }
    }
}
