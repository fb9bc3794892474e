import GitHubCore

/// The headers that speak of one connection only (RFC 9110, section 7.6.1), and those that each connection sets anew.
///
/// A host of files, which URLs reach that are signed or public, sees no credential and sets no cookie.
enum HopByHop {
    private static let always: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    private static let ofRequests: Set<String> = ["host", "content-length", "expect"]
    private static let ofTheAPI: Set<String> = ["authorization", "cookie", "x-github-otp"]
    private static let cookies: Set<String> = ["set-cookie", "set-cookie2"]

    /// What goes on of a request's headers, to the API or to a host of files.
    static func request(
        _ headers: [(name: String, value: String)],
        to host: FileHost? = nil
    ) -> [(name: String, value: String)] {
        var dropped = always.union(ofRequests)
        if let host, !host.isOfAPI { dropped.formUnion(ofTheAPI) }
        return filter(headers, dropping: dropped)
    }

    /// What goes back of an answer's headers.
    static func response(
        _ headers: [(name: String, value: String)],
        from host: FileHost? = nil
    ) -> [(name: String, value: String)] {
        filter(headers, dropping: host == nil ? always : always.union(cookies))
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
