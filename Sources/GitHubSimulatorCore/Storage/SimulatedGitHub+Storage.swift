import GitHubCore

/// Where logs and artifacts lie: another machine than the API, which a signed link opens for a minute and no credential
/// ever does, as with Azure's blobs.
extension SimulatedGitHub {
    /// What storage was asked for, and what became of it.
    package struct StorageLog: Hashable, Sendable {
        /// Requests, refused ones among them.
        package internal(set) var requests = 0
        /// Requests that showed a credential.
        package internal(set) var withCredential = 0
        /// Requests that were given what they asked for.
        package internal(set) var served = 0
    }

    /// Where a link leads that a caller may follow for a minute.
    func signedLink(_ path: [String], type: String, _ call: Call) -> Answer {
        let base = configuration.storageURL ?? "\(configuration.apiURL)/\(Self.downloads)"
        let path = [Self.container] + path
        let end = call.now.advanced(bySeconds: Limits.linkAge).rfc3339
        let query = [
            ("rsct", type), ("se", end), ("sig", signature(path, end)), ("sp", "r"), ("spr", "https"),
            ("sr", "b"), ("sv", "2025-07-05"),
        ]
        // Azure's links encode the colons of times and the signs of Base64.
        let text = query.map { "\($0)=\(Self.encode($1))" }.joined(separator: "&")
        let place = path.map { "/" + PercentEncoding.segment($0) }.joined()
        return Answer(status: 302, location: "\(base)\(place)?\(text)", isCacheable: false)
    }

    /// Whether a request speaks to storage and not to the API.
    func isForStorage(_ request: Request, path: String) -> Bool {
        guard let host = configuration.storageURL.flatMap({ Self.host(of: $0) }) else {
            return path.hasPrefix("/\(Self.downloads)/")
        }
        return request.host.map { $0.lowercased() == host } ?? false
    }

    /// Answers as storage does.
    mutating func answerFromStorage(_ request: Request, _ fault: Faults.OfAnswers?, _ now: Timestamp) -> Response {
        storage.requests += 1
        var response: Response
        if case .serverError(let status) = fault {
            response = refusal(status, "ServerBusy", "The server is busy.")
        } else {
            response = stored(request, now)
        }
        if response.status == 200 { storage.served += 1 }
        if request.method == "HEAD" { response.body = [] }
        spoil(&response, fault)
        return response
    }

    private mutating func stored(_ request: Request, _ now: Timestamp) -> Response {
        guard request.headers.first("Authorization") == nil else {
            storage.withCredential += 1
            return refusal(400, "InvalidAuthenticationInfo", "Authentication information is not in the right format.")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return refusal(405, "UnsupportedHttpVerb", "The resource doesn't support the method.")
        }
        guard let target = RequestTarget(request.target.removingPrefix("/api/v3").removingPrefix("/\(Self.downloads)"))
        else { return refusal(400, "InvalidUri", "The requested URI does not represent any resource.") }
        func parameter(_ name: String) -> String? { target.query.first { $0.name == name }?.value }
        guard let end = parameter("se"), parameter("sig") == signature(target.segments, end),
            let expiry = Timestamp(rfc3339: end), now.seconds <= expiry.seconds
        else { return refusal(403, "AuthenticationFailed", "Server failed to authenticate the request.") }
        guard let bytes = blob(target.segments) else {
            return refusal(404, "BlobNotFound", "The specified blob does not exist.")
        }
        let headers =
            Self.storageHeaders + [
                HeaderField("Content-Type", parameter("rsct") ?? "application/octet-stream"),
                HeaderField("ETag", "\"0x\(String(CRC32.checksum(bytes), radix: 16, uppercase: true))\""),
                HeaderField("x-ms-blob-type", "BlockBlob"),
            ]
        return Response(status: 200, headers: headers, body: bytes)
    }

    /// What lies at a path of storage.
    private func blob(_ path: [String]) -> [UInt8]? {
        guard path.count >= 4, path[0] == Self.container, let id = Int64(path[2]) else { return nil }
        switch (path[1], path.count) {
        case ("runs", 5):
            guard let run = runs[id], let attempt = Int(path[3]), (1...run.attempts.count).contains(attempt) else {
                return nil
            }
            return logArchive(of: run, attempt: attempt)
        case ("jobs", 4): return jobs[id].map { logText(of: $0) }
        case ("artifacts", 4): return artifacts.first { $0.id == id }?.archive
        default: return nil
        }
    }

    /// A signature that nobody else makes: HMAC-SHA256 with a key from the seed, in Base64.
    private func signature(_ path: [String], _ end: String) -> String {
        let key = WebhookSignature.Secret("storage \(configuration.seed)")
        let text = (path + [end]).joined(separator: "\n")
        let digits = WebhookSignature(of: Array(text.utf8), with: key).headerValue.dropFirst("sha256=".count)
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return Base64.encode(bytes)
    }

    private func refusal(_ status: Int, _ code: String, _ message: String) -> Response {
        let text =
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            + "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
        let headers =
            Self.storageHeaders + [
                HeaderField("Content-Type", "application/xml"), HeaderField("x-ms-error-code", code),
            ]
        return Response(status: status, headers: headers, body: Array(text.utf8))
    }

    static let downloads = "_downloads"
    private static let container = "actions-results"
    private static let storageHeaders = [
        HeaderField("Server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"),
        HeaderField("x-ms-version", "2025-07-05"),
    ]

    private static func encode(_ text: String) -> String {
        PercentEncoding.query(text).replacing(":", with: "%3A").replacing("/", with: "%2F").replacing("=", with: "%3D")
    }

    private static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        return url[scheme.upperBound...].prefix { $0 != "/" }.lowercased()
    }
}
