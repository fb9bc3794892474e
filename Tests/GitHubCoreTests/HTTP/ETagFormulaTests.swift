import Foundation
import SharedData
import Testing

@testable import GitHubCore

struct ETagFormulaTests {
    @Test func absentHeadersLeaveNothingBehind() {
        #expect(
            ETagFormula.opaqueTag(of: [], accept: nil, authorization: nil)
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(
            ETagFormula.opaqueTag(of: Array("[]".utf8), accept: "a", authorization: nil)
                == ETagFormula.opaqueTag(of: Array("a:[]".utf8), accept: nil, authorization: nil)
        )
        #expect(
            ETagFormula.opaqueTag(of: Array("[]".utf8), accept: "a", authorization: "b", cookie: "c")
                == ETagFormula.opaqueTag(of: Array("a:b:c:[]".utf8), accept: nil, authorization: nil)
        )
    }

    @Test func theHeaderIsWeakAndQuoted() {
        let tag = ETagFormula.etag(of: [1], accept: nil, authorization: nil)
        #expect(tag.hasPrefix("W/\"") && tag.hasSuffix("\"") && tag.count == 68)
    }

    @Test(
        arguments: [
            ("W/\"a\"", "\"a\"", true), ("\"a\"", "\"a\"", true), ("\"a\"", "\"b\"", false), ("a", "a", false),
            ("\"a", "\"a", false), ("", "", false),
        ]
    )
    func comparisonIsWeak(one: String, other: String, equal: Bool) {
        #expect(ETagFormula.weaklyEqual(one, other) == equal)
    }

    @Test(
        arguments: [
            ("*", true), ("W/\"x\", \"a,b\"", true), ("\"a\", \"b\"", false), ("\"x\" , W/\"a,b\"", true),
            ("a,b", false), ("", false),
        ]
    )
    func ifNoneMatchIsAList(value: String, matches: Bool) {
        #expect(ETagFormula.matches(ifNoneMatch: value, etag: "W/\"a,b\"") == matches)
    }

    /// Recorded without a credential by a client that sent GitHub's older media type.
    @Test(
        .enabled(if: SharedData.has(recording), "no recordings beside this checkout"),
        arguments: ["/repos/hub4j-test-org/GHWorkflowRunTest", "startup-failure-workflow.yml"]
    )
    func recordedAnswersHaveTheComputedTag(path: String) throws {
        let text = try String(decoding: SharedData.bytes(Self.recording), as: UTF8.self)
        let exchange = try #require(Recording.exchanges(text).first { $0.url.hasSuffix(path) })
        let computed = ETagFormula.etag(
            of: Array(exchange.compactBody.utf8),
            accept: "application/vnd.github.v3+json",
            authorization: nil
        )
        #expect(ETagFormula.weaklyEqual(computed, exchange.etag))
    }

    private static let recording =
        "github/rest-recordings/hub4j/GHWorkflowRunTest.testStartupFailureConclusion.json"
}

/// The recordings hold bodies as parsed JSON, spaced out; their bytes on the wire had no space between tokens.
private struct Recording {
    var url: String
    var etag: String
    var compactBody: String

    static func exchanges(_ file: String) throws -> [Recording] {
        let compact = withoutSpace(file)
        let parsed = try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [[String: Any]] ?? []
        let bodies = compact.components(separatedBy: "\"body\":").dropFirst()
        return zip(parsed, bodies).compactMap { exchange, body in
            let headers = exchange["responseHeaders"] as? [String: Any]
            guard let url = exchange["url"] as? String, let etag = headers?["ETag"] as? String else { return nil }
            return Recording(url: url, etag: etag, compactBody: firstValue(body))
        }
    }

    private static func withoutSpace(_ text: String) -> String {
        var result = ""
        var inString = false
        var escaped = false
        for character in text.unicodeScalars {
            if !inString, character.properties.isWhitespace { continue }
            if character == "\"", !escaped { inString.toggle() }
            escaped = character == "\\" && !escaped
            result.unicodeScalars.append(character)
        }
        return result
    }

    private static func firstValue(_ text: String) -> String {
        var depth = 0
        var inString = false
        var escaped = false
        var result = ""
        for character in text.unicodeScalars {
            if character == "\"", !escaped { inString.toggle() }
            escaped = character == "\\" && !escaped
            if !inString, "{[".unicodeScalars.contains(character) { depth += 1 }
            if !inString, "}]".unicodeScalars.contains(character) { depth -= 1 }
            result.unicodeScalars.append(character)
            if depth == 0 { break }
        }
        return result
    }
}
