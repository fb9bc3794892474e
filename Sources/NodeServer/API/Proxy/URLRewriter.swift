import GitHubCore

/// Puts the address that a client used in the place of GitHub's API at the start of URLs; all else stays byte for byte.
struct URLRewriter: Sendable {
    /// GitHub's API, without a slash at its end.
    let upstream: String
    /// The address that the client used, without a slash at its end.
    let client: String

    /// A URL, rewritten where it lies below GitHub's API.
    func rewrite(url: String) -> String {
        guard url.hasPrefix(upstream) else { return url }
        let rest = url.dropFirst(upstream.count)
        guard rest.utf8.first.map(Self.endsBase) ?? true else { return url }
        return client + rest
    }

    /// A `Link` field with its targets rewritten.
    func rewrite(link: String) -> String {
        LinkHeader(link).map { $0.mapTargets(rewrite(url:)).headerValue } ?? link
    }

    /// A JSON text with every string rewritten that begins with GitHub's API, slashes escaped or not.
    func rewrite(json body: [UInt8]) -> [UInt8] {
        let upstream = Array(upstream.utf8)
        let plain = Array(client.utf8)
        let escaped = plain.flatMap { $0 == UInt8(ascii: "/") ? [UInt8(ascii: "\\"), $0] : [$0] }
        return body.withUnsafeBufferPointer { body in
            var output: [UInt8] = []
            output.reserveCapacity(body.count + body.count / 16)
            var copied = 0
            var index = 0
            while index < body.count {
                guard body[index] == UInt8(ascii: "\"") else {
                    index += 1
                    continue
                }
                index += 1
                if let match = Self.match(upstream, in: body, at: index) {
                    output += body[copied..<index]
                    output += match.isEscaped ? escaped : plain
                    copied = match.end
                    index = match.end
                }
                index = Self.endOfString(in: body, from: index)
            }
            output += body[copied...]
            return output
        }
    }

    /// Where the base ends that stands at an offset, or nil where another text stands there.
    private static func match(
        _ base: [UInt8],
        in body: UnsafeBufferPointer<UInt8>,
        at start: Int
    ) -> (end: Int, isEscaped: Bool)? {
        var index = start
        var isEscaped = false
        for byte in base {
            if byte == UInt8(ascii: "/"), index + 1 < body.count, body[index] == UInt8(ascii: "\\") {
                isEscaped = true
                index += 1
            }
            guard index < body.count, body[index] == byte else { return nil }
            index += 1
        }
        guard index < body.count, endsBase(body[index]) || body[index] == UInt8(ascii: "\\") else { return nil }
        return (index, isEscaped)
    }

    private static func endOfString(in body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return body.count
    }

    /// Whether a byte may follow the base: `https://api.github.com.example` is another host.
    private static func endsBase(_ byte: UInt8) -> Bool {
        "/\"?#{".utf8.contains(byte)
    }
}
