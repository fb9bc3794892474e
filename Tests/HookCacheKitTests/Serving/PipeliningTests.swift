import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Testing

/// Many requests on one connection, from one client or, behind a proxy, from several.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PipeliningTests {
    /// A request, and what its answer has to be.
    private struct Turn: Sendable {
        var method = "GET"
        let target: String
        var headers: [String] = []
        var body = ""
        let status: Int
        var isOfVault = false

        func text(host: String) -> String {
            var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)", "User-Agent: tests"] + headers
            if !body.isEmpty || method == "POST" { lines.append("Content-Length: \(body.utf8.count)") }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        }
    }

    /// Turns of several clients in one line: stored and missing, refused and handed on, with and without bodies.
    private static func turns(_ vault: Vault) throws -> [Turn] {
        let keeper = ["Authorization: token \(Vault.keeper)"]
        let stranger = ["Authorization: token \(Vault.stranger)"]
        let tag = try #require(vault.stored[vault.runs])
        let open = "/repos/\(Fleet.repository)/actions/runs"
        return [
            Turn(target: vault.runs, headers: keeper, status: 200, isOfVault: true),
            Turn(target: vault.runs, status: 404),
            Turn(target: vault.runs, headers: stranger, status: 404),
            Turn(method: "HEAD", target: vault.runs, headers: keeper, status: 200),
            Turn(target: vault.runs, headers: keeper + ["Accept-Encoding: gzip"], status: 200),
            Turn(target: vault.runs, headers: keeper + ["If-None-Match: \(tag)"], status: 304),
            Turn(target: vault.runs, headers: ["If-None-Match: \(tag)"], status: 404),
            Turn(target: open, status: 200),
            Turn(method: "POST", target: "/user/repos", headers: stranger, body: vault.get(vault.runs), status: 404),
            Turn(target: "/user", headers: stranger, status: 200),
            Turn(method: "HEAD", target: "/user", headers: stranger, status: 200),
            Turn(target: "/user", status: 401),
            Turn(target: "/healthz", status: 200),
            Turn(target: "\(open)?per_page=1", headers: ["Cache-Control: only-if-cached"], status: 504),
            Turn(target: "\(open)?per_page=1", status: 200),
            Turn(target: vault.runs, headers: keeper, status: 200, isOfVault: true),
        ]
    }

    private static func expect(_ answer: RawAnswer?, _ turn: Turn, _ number: Int) {
        guard let answer else {
            Issue.record("turn \(number) has no answer")
            return
        }
        #expect(answer.status == turn.status, "turn \(number): \(turn.method) \(turn.target)")
        let isOfVault = Vault.marks.contains { answer.text.contains($0) }
        #expect(isOfVault == turn.isOfVault, "turn \(number): \(turn.method) \(turn.target)")
    }

    @Test func requestsInALineAreAnsweredInTheirOrderAndEachAsItsOwn() async throws {
        try await inLine { wire, turns, host in
            await wire.send(turns.map { $0.text(host: host) }.joined())
            for (number, turn) in turns.enumerated() {
                Self.expect(try await wire.answer(to: turn.method), turn, number)
            }
        }
    }

    @Test func aConnectionServesOneAfterTheOther() async throws {
        try await inLine { wire, turns, host in
            for (number, turn) in (turns + turns.filter { $0.status != 504 }).enumerated() {
                await wire.send(turn.text(host: host))
                Self.expect(try await wire.answer(to: turn.method), turn, number)
            }
        }
    }

    @Test func requestsThatComeByteByByteAreRequests() async throws {
        try await inLine { wire, turns, host in
            for (number, turn) in turns.prefix(6).enumerated() {
                for character in turn.text(host: host).unicodeScalars { await wire.send(String(character)) }
                Self.expect(try await wire.answer(to: turn.method), turn, number)
            }
        }
    }

    @Test func whoSaysThatNoMoreComesIsAnsweredAll() async throws {
        try await inLine { wire, turns, host in
            await wire.send(turns.map { $0.text(host: host) }.joined())
            wire.finish()
            for (number, turn) in turns.enumerated() {
                Self.expect(try await wire.answer(to: turn.method), turn, number)
            }
            #expect(await wire.rest().isEmpty)
        }
    }

    @Test func anAnswerThatIsThereWaitsForTheOneBefore() async throws {
        try await Vault.with { vault in
            let keeper = ["Authorization: token \(Vault.keeper)"]
            let turns = [
                Turn(target: "/user", headers: ["Authorization: token \(Vault.stranger)"], status: 200),
                Turn(target: vault.runs, headers: keeper, status: 200, isOfVault: true),
            ]
            let asked = await vault.fleet.github.calls.total
            vault.fleet.github.holdAnswers()
            defer { vault.fleet.github.letAnswersGo() }
            try await vault.fleet.connect(at: vault.door) { wire in
                await wire.send(turns.map { $0.text(host: vault.host) }.joined())
                try await vault.fleet.eventually("GitHub is asked") { await vault.fleet.github.calls.total > asked }
                vault.fleet.github.letAnswersGo()
                for (number, turn) in turns.enumerated() { Self.expect(try await wire.answer(), turn, number) }
            }
        }
    }

    private func inLine(
        _ work: @Sendable @escaping (inout Wire, [Turn], String) async throws -> Void
    ) async throws {
        for door in Wire.Door.allCases {
            try await Vault.with(doors: [door]) { vault in
                let turns = try Self.turns(vault)
                try await vault.fleet.connect(at: door) { wire in try await work(&wire, turns, vault.host) }
            }
        }
    }
}
