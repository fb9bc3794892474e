import HTTPTypes

/// Which headers go on when a request or an answer is handed on (RFC 9110, section 7.6.1).
enum ForwardedHeaders {
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "http2-settings",
    ]

    /// What each connection sets anew, and what was meant for this node.
    private static let ofThisRequest: Set<String> = [
        "host", "content-length", "expect", "x-gh-cache-ttl", "forwarded", "via", "x-real-ip",
    ]

    /// By what some servers let a header take the place of the target or the host that were checked here.
    private static let rerouting: Set<String> = [
        "x-original-url", "x-original-host", "x-rewrite-url", "x-host", "x-http-host-override",
    ]

    /// A request's headers that go on to GitHub; without `Accept-Encoding` where the answer's URLs are to be rewritten.
    static func request(_ headers: HTTPFields, rewrites: Bool) -> [(name: String, value: String)] {
        var dropped = hopByHop.union(ofThisRequest).union(rerouting).union(named(in: headers[.connection]))
        if rewrites { dropped.insert("accept-encoding") }
        return headers.filter { field in
            let name = field.name.canonicalName
            return !dropped.contains(name) && !name.hasPrefix("x-forwarded-")
        }.map { ($0.name.rawName, $0.value) }
    }

    /// An answer's headers that go back to the client.
    static func response(_ headers: [(name: String, value: String)]) -> HTTPFields {
        let connection = headers.filter { $0.name.lowercased() == "connection" }.map(\.value).joined(separator: ",")
        let dropped = hopByHop.union(named(in: connection))
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name), !dropped.contains(name.canonicalName), HTTPField.isValidValue(value)
            else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    private static func named(in connection: String?) -> Set<String> {
        let names = (connection ?? "").lowercased().split(separator: ",")
        return Set(names.map { $0.filter { $0 != " " && $0 != "\t" } })
    }
}
