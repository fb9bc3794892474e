import CacheCore
import MeshCore
import Multiformats
import Testing

@Suite struct FetchTests {
    @Test func requestsSurviveTheWire() throws {
        let entry = try Sample.entry("/repos/octo/hello/actions/runs?per_page=100&status=queued")
        let requests: [Fetch.Request] = [
            .body(entry.cid), .copy(entry.key.representation, withBody: true),
            .copy(entry.key.representation, withBody: false),
        ]
        for request in requests { #expect(try Fetch.Request(decoding: request.encoded) == request) }
    }

    @Test func responsesSurviveTheWire() throws {
        let body = Body([UInt8](repeating: 0x20, count: 100_000))
        let claim = EntryClaim(try Sample.entry(body: body), body: body, inlineLimit: Limits.bodyBytes)
        guard case .copy(let decoded) = try Fetch.Response(decoding: Fetch.Response.copy(claim).encoded) else {
            throw MeshError.missing("copy")
        }
        #expect(decoded.body.inline == body.bytes)
        #expect(decoded.validatedAt == claim.validatedAt)
        guard case .body(let bytes) = try Fetch.Response(decoding: Fetch.Response.body([1, 2]).encoded) else {
            throw MeshError.missing("body")
        }
        #expect(bytes == [1, 2])
        guard case .body(let none) = try Fetch.Response(decoding: Fetch.Response.body([]).encoded) else {
            throw MeshError.missing("body")
        }
        #expect(none.isEmpty)
        guard case .notFound = try Fetch.Response(decoding: Fetch.Response.notFound.encoded),
            case .refused = try Fetch.Response(decoding: Fetch.Response.refused.encoded),
            case .busy = try Fetch.Response(decoding: Fetch.Response.busy.encoded)
        else { throw MeshError.missing("status") }
    }

    @Test func badRequestsAreRefused() {
        #expect(throws: MeshError.missing("what")) { try Fetch.Request(decoding: []) }
        #expect(throws: MeshError.malformed) { try Fetch.Request(decoding: [0xff]) }
        #expect(throws: MeshError.missing("cid")) { try Fetch.Request(decoding: [0x0a, 0x01, 0x00]) }
        #expect(throws: MeshError.missing("resource")) { try Fetch.Request(decoding: [0x12, 0x00]) }
        #expect(throws: MeshError.tooLarge) {
            try Fetch.Request(decoding: Array(repeating: 0, count: Limits.requestBytes + 1))
        }
    }

    @Test func noCutOfAResponseTraps() throws {
        let response = Fetch.Response.copy(EntryClaim(try Sample.entry(), body: nil)).encoded
        for count in response.indices { _ = try? Fetch.Response(decoding: Array(response.prefix(count))) }
    }
}
