import RawServers

/// A way in which GitHub is away, or what comes from there is not GitHub's.
enum Outage: String, CaseIterable, Sendable {
    /// Connections are refused.
    case down
    /// Connections break at each request.
    case resetting
    /// Requests are taken, and nothing comes back.
    case silent
    /// A 5xx with GitHub's JSON.
    case failing
    /// A 5xx with the page of the machine in front.
    case page
    /// A 200 with somebody else's page.
    case portal
    /// A body that ends too early.
    case truncated
    /// A chunked body without its end.
    case unfinished
    /// A body of which the end never comes.
    case stalled
    /// A body compressed twice, and said to be so once.
    case zippedTwice
    /// A body that is said to be compressed, and is not.
    case mislabelled
    /// No HTTP.
    case garbage

    /// What it is on the line.
    var weather: Line.Weather {
        switch self {
        case .down: .down
        case .resetting: .trouble(.reset)
        case .silent: .trouble(.silence)
        case .failing: .trouble(.answer(503, Self.json, Array(#"{"message":"Service unavailable"}"#.utf8)))
        case .page: .trouble(.answer(502, ["Content-Type": "text/html"], Self.html))
        case .portal: .trouble(.answer(200, ["Content-Type": "text/html; charset=utf-8"], Self.html))
        case .truncated: .trouble(.bytes("\(Self.head)Content-Length: 500\r\n\r\n\(Self.list)"))
        case .unfinished:
            .trouble(
                .bytes(
                    "\(Self.head)Transfer-Encoding: chunked\r\n\r\n\(String(Self.list.utf8.count, radix: 16))\r\n\(Self.list)\r\n"
                )
            )
        case .stalled: .trouble(.hold("\(Self.head)Content-Length: 500\r\n\r\n\(Self.list)"))
        case .zippedTwice: .trouble(.answer(200, Self.zipped, Self.twice))
        case .mislabelled: .trouble(.answer(200, Self.zipped, Array(Self.list.utf8)))
        case .garbage: .trouble(.bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"))
        }
    }

    /// What a client is told that asks for what is not stored.
    var status: Int {
        switch self {
        case .silent, .stalled: 504
        default: 502
        }
    }

    /// What is handed on of an answer that GitHub or a machine in front of it gave in whole; nil where there is none.
    var handedOn: (status: Int, body: [UInt8])? {
        guard case .trouble(.answer(let status, let headers, let body)) = weather, headers["Content-Encoding"] == nil
        else { return nil }
        return (status, body)
    }

    private static let html = Array("<html><body>Unicorn!</body></html>".utf8)
    private static let json = ["Content-Type": "application/json; charset=utf-8"]
    private static let zipped = json.merging(["Content-Encoding": "gzip"]) { $1 }
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    private static let list = #"{"total_count":0,"workflow_runs":[]}"#
    /// `{"id":1}`, compressed and compressed again.
    private static let twice: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 147, 239, 230, 96, 0, 1, 38, 230, 213, 97, 167, 124, 2, 55, 25, 173, 97, 101,
        56, 250, 35, 214, 5, 36, 10, 0, 182, 50, 232, 142, 28, 0, 0, 0,
    ]
}
