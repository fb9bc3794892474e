/// The headers that speak of one connection only (RFC 9110, section 7.6.1), and those that each connection sets anew.
enum HopByHop {
    private static let always: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    private static let ofRequests: Set<String> = ["host", "content-length", "expect"]

    /// What goes on of a request's headers.
    static func request(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        filter(headers, dropping: always.union(ofRequests))
    }

    /// What goes back of an answer's headers.
    static func response(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        filter(headers, dropping: always)
    }

    private static func filter(
        _ headers: [(name: String, value: String)],
        dropping dropped: Set<String>
    ) -> [(name: String, value: String)] {
        let named = headers.filter { $0.name.lowercased() == "connection" }.flatMap { header in
            header.value.split(separator: ",").map { name in
                String(name.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }).lowercased()
            }
        }
        let all = dropped.union(named)
        return headers.filter { !all.contains($0.name.lowercased()) }
    }
}
