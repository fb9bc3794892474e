import Testing

@testable import NodeServer

struct URLRewriterTests {
    private let rewriter = URLRewriter(upstream: "https://api.github.com", client: "http://127.0.0.1:8788/api/v3")

    private func rewrite(_ json: String) -> String {
        String(decoding: rewriter.rewrite(json: Array(json.utf8)), as: UTF8.self)
    }

    @Test func urlsAtTheStartOfStringsAreRewritten() {
        #expect(
            rewrite(
                #"{"url":"https://api.github.com/repos/o/r","a":["https://api.github.com","https://api.github.com{/x}"]}"#
            )
                == #"{"url":"http://127.0.0.1:8788/api/v3/repos/o/r","a":["http://127.0.0.1:8788/api/v3","http://127.0.0.1:8788/api/v3{/x}"]}"#
        )
    }

    @Test func escapedSlashesStayEscaped() {
        #expect(
            rewrite(#"{"url":"https:\/\/api.github.com\/repos\/o"}"#)
                == #"{"url":"http:\/\/127.0.0.1:8788\/api\/v3\/repos\/o"}"#
        )
    }

    @Test(arguments: [
        #"{"a":"see https://api.github.com/x"}"#, #"{"a":"\"https://api.github.com/x\""}"#,
        #"{"a":"https://api.github.com.evil.example/x"}"#, #"{"a":"https://github.com/o/r"}"#,
        #"{"a":"https://api.github.comx"}"#, #"{ "a" : 1.0e5 , "é" : "\u0022https://api.github.com/" }"#,
        #"{"a":"\\","b":"x\\\"https://api.github.com/"}"#, "", "\"", "\"https://api.github.com", #"{"a":"\"#,
        "not json",
        #"{"a":"https:\/\/api.github.co"}"#,
    ])
    func allElseStaysByteForByte(json: String) {
        #expect(rewrite(json) == json)
    }

    @Test func theTextAfterABackslashPairIsAString() {
        #expect(rewrite(#"["\\","https://api.github.com/"]"#) == #"["\\","http://127.0.0.1:8788/api/v3/"]"#)
    }

    @Test func linksAndLocationsAreRewritten() {
        let link =
            #"<https://api.github.com/repositories/1/actions/runs?page=2>; rel="next", <https://x.example/>; rel="last""#
        #expect(
            rewriter.rewrite(link: link)
                == #"<http://127.0.0.1:8788/api/v3/repositories/1/actions/runs?page=2>; rel="next", <https://x.example/>; rel="last""#
        )
        #expect(rewriter.rewrite(url: "https://api.github.com/a") == "http://127.0.0.1:8788/api/v3/a")
        #expect(rewriter.rewrite(url: "https://api.github.com.evil/a") == "https://api.github.com.evil/a")
        #expect(rewriter.rewrite(url: "https://x.blob.core.windows.net/a") == "https://x.blob.core.windows.net/a")
    }
}
