import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// Stored answers as HTTP wants them, over real connections to a real node.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServingTests {
    private static let runs = "/repos/\(Fleet.repository)/actions/runs"

    private static func withRuns(_ work: @Sendable @escaping (Fleet) async throws -> Void) async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let name = try #require(RepositoryName(Fleet.repository))
            for _ in 0..<3 { try await fleet.github.startRun(.init(name)) }
            #expect(try await fleet.ask(runs).status == 200)
            try await work(fleet)
        }
    }

    @Test func whatGitHubSaidToOneCredentialIsNotSaidToAnother() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let name = try #require(RepositoryName(Fleet.repository))
            await fleet.github.createToken(
                "first",
                login: "one",
                grants: [.read(name)],
                callsPerHour: 111,
                scopes: ["repo"]
            )
            await fleet.github.createToken("second", login: "two", grants: [], callsPerHour: 222, scopes: ["gist"])
            let one = try await fleet.ask(Self.runs, "Authorization: token first")
            #expect(one["X-RateLimit-Limit"] == ["111"])
            // A call of its own first, so that there is something to tell: this one goes through.
            #expect(try await fleet.ask("/user", "Authorization: token second")["X-RateLimit-Remaining"] == ["221"])
            let two = try await fleet.ask(Self.runs, "Authorization: token second")
            #expect(two["X-RateLimit-Limit"] == ["222"])
            #expect(two["X-RateLimit-Remaining"] == ["221"])
            let nobody = try await fleet.ask(Self.runs)
            for answer in [one, two, nobody] {
                #expect(answer.status == 200)
                #expect(!answer.headers.contains { $0.name.lowercased().contains("oauth-scopes") })
            }
            for name in ["X-RateLimit-Limit", "X-RateLimit-Remaining"] {
                for value in nobody[name] { #expect(!["111", "222", "110", "221"].contains(value)) }
            }
        }
    }

    @Test(arguments: Wire.Door.allCases)
    func aHeadIsAGetWithoutItsBody(door: Wire.Door) async throws {
        try await Self.withRuns { fleet in
            for host in [await fleet.host(), fleet.upstreamHost] {
                for coding in ["identity", "gzip"] {
                    let whole = try await fleet.ask(Self.runs, at: door, host: host, "Accept-Encoding: \(coding)")
                    let head = try await fleet.ask(
                        Self.runs,
                        method: "HEAD",
                        at: door,
                        host: host,
                        "Accept-Encoding: \(coding)"
                    )
                    #expect(head.status == 200)
                    #expect(head["Content-Length"] == ["\(whole.body.count)"])
                    for name in [
                        "ETag", "Content-Type", "Content-Encoding", "Vary", "Cache-Control", "X-Hookcache-CID", "Link",
                        "X-GitHub-Media-Type",
                    ] {
                        #expect(head[name] == whole[name], "\(name)")
                    }
                }
            }
            // What is missing is fetched for a HEAD, and serves the GET that follows.
            let before = await fleet.github.calls.total
            let path = Self.runs + "?per_page=1"
            let head = try await fleet.ask(path, method: "HEAD", at: door)
            let whole = try await fleet.ask(path, at: door)
            #expect(head["Content-Length"] == ["\(whole.body.count)"] && head["ETag"] == whole["ETag"])
            #expect(await fleet.github.calls.total == before + 1)
        }
    }

    @Test(arguments: Wire.Door.allCases)
    func compressedAndPlainAreOneRepresentation(door: Wire.Door) async throws {
        try await Self.withRuns { fleet in
            for host in [await fleet.host(), fleet.upstreamHost] {
                let plain = try await fleet.ask(Self.runs, at: door, host: host)
                #expect(plain["Content-Encoding"] == [])
                let tag = try #require(plain["ETag"].first)
                let packed = try await fleet.ask(Self.runs, at: door, host: host, "Accept-Encoding: gzip")
                #expect(packed["Content-Encoding"] == ["gzip"])
                #expect(packed.body.count < plain.body.count / 2)
                #expect(packed["ETag"] == [tag])
                #expect(Array(packed.body.prefix(2)) == [0x1F, 0x8B])
                #expect(Array(packed.body.suffix(8)) == Self.trailer(of: plain.body))
                for coding in ["identity", "br", "gzip;q=0", "*;q=0, identity", ""] {
                    let answer = try await fleet.ask(Self.runs, at: door, host: host, "Accept-Encoding: \(coding)")
                    #expect(answer.body == plain.body && answer["Content-Encoding"] == [], "\(coding)")
                }
            }
        }
    }

    @Test func whoHasItGetsNoBodyAndWhatBelongsToIt() async throws {
        try await Self.withRuns { fleet in
            let whole = try await fleet.ask(Self.runs)
            let tag = try #require(whole["ETag"].first)
            for coding in ["gzip", "identity"] {
                for method in ["GET", "HEAD"] {
                    let known = try await fleet.ask(
                        Self.runs,
                        method: method,
                        "Accept-Encoding: \(coding)",
                        "If-None-Match: \(tag)"
                    )
                    #expect(known.status == 304 && known.body.isEmpty)
                    // What a cache in front needs to freshen its copy (RFC 9110, section 15.4.5).
                    for name in ["ETag", "Vary", "Cache-Control"] { #expect(known[name] == whole[name], "\(name)") }
                    for name in ["Content-Length", "Content-Type", "Content-Encoding"] { #expect(known[name] == []) }
                }
            }
            let other = try await fleet.ask(Self.runs, host: fleet.upstreamHost, "If-None-Match: \(tag)")
            #expect(other.status == 200, "these are other bytes: their URLs are GitHub's")
        }
    }

    @Test func whatVaryNamesPartsAnswersAndNothingElseDoes() async throws {
        try await Self.withRuns { fleet in
            let plain = try await fleet.ask(Self.runs)
            let named = try #require(plain["Vary"].first).lowercased().split(separator: ",").map {
                $0.filter { $0 != " " }
            }
            #expect(Set(named) == ["accept", "authorization", "accept-encoding", "x-github-api-version"])
            let before = await fleet.github.calls.total
            for header in [
                "Accept: application/vnd.github+json", "Accept: */*", "Accept: application/vnd.github.v3+json",
                "X-GitHub-Api-Version: 2022-11-28", "Accept-Language: de", "User-Agent: another", "Cookie: a=b",
                "Origin: http://evil.example", "X-Forwarded-Host: evil.example",
            ] {
                let answer = try await fleet.ask(Self.runs, header)
                #expect(answer.body == plain.body && answer["ETag"] == plain["ETag"], "\(header)")
            }
            #expect(await fleet.github.calls.total == before)
            let newer = try await fleet.ask(Self.runs, "X-GitHub-Api-Version: 2026-03-10")
            #expect(newer["Cache-Status"].first?.contains("fwd=miss") == true)
            #expect(await fleet.github.calls.total == before + 1)
        }
    }

    /// What the end of a gzip member says of the bytes within (RFC 1952, section 2.3.1): their CRC-32 and their number.
    private static func trailer(of bytes: [UInt8]) -> [UInt8] {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return [~sum, UInt32(truncatingIfNeeded: bytes.count)].flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }
}
