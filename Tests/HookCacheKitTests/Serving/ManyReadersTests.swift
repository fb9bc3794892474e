import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

@testable import CacheNode

/// Many readers of what is missing, each on a connection of its own.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ManyReadersTests {
    private static let runs = "/repos/\(Fleet.repository)/actions/runs"
    /// Below the bound of a listener's connections.
    private static let crowd = 1_000

    @Test(
        .enabled(if: OpenFiles.allow(2 * crowd + 500), "this many files cannot be open"),
        arguments: Wire.Door.allCases
    )
    func aThousandConnectionsForOneMissingKeyMakeOneRequest(door: Wire.Door) async throws {
        try await Fleet.with(nodes: 1, settings: Self.patient) { fleet in
            let name = try #require(RepositoryName(Fleet.repository))
            for _ in 0..<3 { try await fleet.github.startRun(.init(name)) }
            let answers = try await Self.ask(fleet, door, Array(repeating: "X-Nothing: 1", count: Self.crowd))
            #expect(await fleet.github.calls.total == 1)
            #expect(await fleet.github.calls.counted == 1)
            #expect(answers.count { $0.status == 200 } == Self.crowd)
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(answers.count { $0["Cache-Status"].first?.contains("; collapsed") == true } == Self.crowd - 1)
            #expect(
                answers.count { $0["Cache-Status"].first?.contains("fwd=miss; fwd-status=200") == true } == Self.crowd
            )
        }
    }

    @Test(.enabled(if: OpenFiles.allow(2 * crowd + 500), "this many files cannot be open"))
    func aThousandConnectionsOfTwoCredentialsMakeTwoAndSeeTheirOwn() async throws {
        try await Vault.with(doors: [.tcp], settings: Self.patient) { vault in
            let fleet = vault.fleet
            await fleet.github.createToken(
                "another",
                login: "another",
                grants: [.read(try #require(RepositoryName(Vault.name)))]
            )
            let headers = (0..<Self.crowd).map { "Authorization: token \($0 % 2 == 0 ? "another" : Vault.stranger)" }
            let before = await fleet.github.calls.total
            let answers = try await Self.ask(fleet, .tcp, headers, target: vault.runs + "?per_page=7")
            #expect(await fleet.github.calls.total == before + 2)
            for (number, answer) in answers.enumerated() {
                let isReader = number % 2 == 0
                #expect(answer.status == (isReader ? 200 : 404))
                #expect(answer.text.contains(Vault.marks[0]) == isReader)
            }
        }
    }

    /// On a busy machine the last of a thousand may come late.
    private static func patient(_ node: Int, _ settings: inout Settings) { settings.github.patience = .seconds(60) }

    /// Connects them all, has them ask and wait until all do, and gives what they get.
    private static func ask(
        _ fleet: Fleet,
        _ door: Wire.Door,
        _ headers: [String],
        target: String = runs
    ) async throws -> [RawAnswer] {
        let host = await fleet.host()
        let flights = await fleet.nodes[0].node.flights
        return try await withThrowingTaskGroup(of: (Int, RawAnswer)?.self) { group in
            fleet.github.holdAnswers()
            defer { fleet.github.letAnswersGo() }
            for (number, header) in headers.enumerated() {
                group.addTask {
                    try await fleet.connect(at: door) { wire in
                        await wire.send(
                            "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(header)\r\n\r\n"
                        )
                        guard let answer = try await wire.answer() else { throw RawAnswer.Nonsense() }
                        return (number, answer)
                    }
                }
            }
            // In the group, so that a reader who gets no connection says so at once.
            group.addTask {
                try await fleet.eventually("all wait for GitHub") { flights.waitingCount == headers.count }
                fleet.github.letAnswersGo()
                return nil
            }
            var answers: [Int: RawAnswer] = [:]
            for try await case let (number, answer)? in group { answers[number] = answer }
            return (0..<headers.count).compactMap { answers[$0] }
        }
    }
}

/// How many files a process may have open.
private enum OpenFiles {
    /// Whether so many may be, once what the system grants without asking is taken.
    static func allow(_ count: Int) -> Bool {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0 else { return false }
        if limit.rlim_cur >= rlim_t(count) { return true }
        guard limit.rlim_max >= rlim_t(count) else { return false }
        limit.rlim_cur = rlim_t(count)
        return setrlimit(kind, &limit) == 0
    }
}
