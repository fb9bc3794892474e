import HTTPTypes
import Testing

@testable import NodeServer

struct ForwardedHeadersTests {
    @Test(arguments: [
        "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-FORWARDED-PORT", "X-Forwarded-Server",
        "Forwarded", "Via",
        "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-Original-Host", "X-Host", "Host", "HTTP2-Settings",
        "Upgrade",
        "Proxy-Authorization", "Proxy-Connection", "Transfer-Encoding", "TE", "Trailer", "Keep-Alive", "Expect",
    ])
    func whatCouldLeadElsewhereStaysHere(name: String) throws {
        let field = try #require(HTTPField.Name(name))
        let sent = ForwardedHeaders.request([field: "evil.example", .userAgent: "kept"], rewrites: false)
        #expect(sent.map(\.name) == ["User-Agent"])
    }

    @Test func whatTheConnectionNamesStaysHere() throws {
        let secret = try #require(HTTPField.Name("X-Secret"))
        let sent = ForwardedHeaders.request([.connection: "close,\tx-secret ", secret: "1"], rewrites: false)
        #expect(sent.isEmpty)
    }
}
