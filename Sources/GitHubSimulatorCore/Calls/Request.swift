extension SimulatedGitHub {
    /// A request as it arrived.
    package struct Request: Sendable {
        /// The method.
        package var method: String
        /// The path and the query, as sent.
        package var target: String
        /// The headers.
        package var headers: [HeaderField]
        /// The body.
        package var body: [UInt8]
        /// The host that it speaks to, with its port where it names one; nil for the API's own.
        package var host: String?
        /// How many requests are being answered with it, itself among them.
        package var atOnce: Int
        /// Where it came from: what callers without a credential are counted by.
        package var address: String

        /// A request.
        package init(
            method: String = "GET",
            target: String,
            headers: [HeaderField] = [HeaderField("User-Agent", "simulation")],
            body: [UInt8] = [],
            host: String? = nil,
            atOnce: Int = 1,
            address: String = "127.0.0.1"
        ) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
            self.host = host
            self.atOnce = atOnce
            self.address = address
        }

        /// Whether it asks GraphQL to change something, as far as its first word tells.
        var isMutation: Bool {
            guard let body = try? JSON(parsing: body), let text = body["query"]?.text else { return false }
            return text.drop { $0.isWhitespace }.hasPrefix("mutation")
        }

        /// A GET with a credential, as most are.
        package static func get(
            _ target: String,
            token: String? = nil,
            accept: String? = "application/vnd.github+json",
            ifNoneMatch: String? = nil
        ) -> Request {
            Request(target: target, headers: standardHeaders(token, accept, ifNoneMatch))
        }

        /// Any other call with a credential and a JSON body.
        package static func call(
            _ method: String,
            _ target: String,
            token: String? = nil,
            body: JSON? = nil
        ) -> Request {
            let headers = standardHeaders(token, "application/vnd.github+json", nil)
            return Request(method: method, target: target, headers: headers, body: body?.compact ?? [])
        }

        private static func standardHeaders(_ token: String?, _ accept: String?, _ tag: String?) -> [HeaderField] {
            var headers = [HeaderField("User-Agent", "simulation")]
            if let accept { headers.append(HeaderField("Accept", accept)) }
            if let token { headers.append(HeaderField("Authorization", "Bearer \(token)")) }
            if let tag { headers.append(HeaderField("If-None-Match", tag)) }
            return headers
        }
    }

    /// An answer, and what becomes of it on its way.
    package struct Response: Sendable {
        /// The status.
        package var status: Int
        /// The headers, `Vary` in several lines.
        package var headers: [HeaderField]
        /// The body.
        package var body: [UInt8]
        /// How it is sent.
        package var manner: Manner = .whole

        /// How an answer is sent.
        package enum Manner: Hashable, Sendable {
            /// As it should be.
            case whole
            /// Cut after so many bytes of the body.
            case truncated(after: Int)
            /// So many milliseconds late.
            case late(milliseconds: Int64)
            /// Not at all: the connection breaks.
            case reset
        }

        /// The first value of a header, whatever the case of its name.
        package func header(_ name: String) -> String? { headers.first(name) }
    }
}
