/// An answer as it came over the wire (RFC 9112).
package struct RawAnswer: Sendable {
    /// The status.
    package let status: Int
    /// The header fields in their order.
    package let headers: [(name: String, value: String)]
    /// The content, without the framing of chunks.
    package private(set) var body: [UInt8] = []

    /// What came is no answer.
    package struct Nonsense: Error {
        /// What came cannot be read.
        package init() {}
    }

    /// The values of a header field.
    package subscript(name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The content as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Takes one whole answer off the front of what was received; nil where more has to come.
    ///
    /// - Parameters:
    ///   - bytes: What was received and not taken yet.
    ///   - method: The method that is answered: what HEAD gets has no content.
    ///   - isEnd: Whether no more comes, so that content without a length is whole.
    /// - Returns: The answer, or nil.
    /// - Throws: ``Nonsense`` where what came is no answer.
    static func take(_ bytes: inout [UInt8], to method: String, isEnd: Bool) throws -> RawAnswer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components("\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw Nonsense() }
        var answer = RawAnswer(
            status: status,
            headers: try lines.dropFirst().map { line in
                guard let colon = line.firstIndex(of: ":") else { throw Nonsense() }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                return (String(line[..<colon]), String(value))
            }
        )
        var rest = bytes[end.upperBound...]
        if method != "HEAD", status >= 200, status != 204, status != 304 {
            guard let body = try answer.content(of: &rest, isEnd: isEnd) else { return nil }
            answer.body = body
        }
        bytes = Array(rest)
        return answer
    }

    private func content(of rest: inout ArraySlice<UInt8>, isEnd: Bool) throws -> [UInt8]? {
        if self["Transfer-Encoding"] == ["chunked"] {
            var body: [UInt8] = []
            while true {
                guard let line = rest.firstRange(of: Array("\r\n".utf8)) else { return nil }
                let digits = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
                guard let size = Int(digits, radix: 16), size >= 0 else { throw Nonsense() }
                let chunk = rest[line.upperBound...]
                guard chunk.count >= size + 2 else { return nil }
                body += chunk.prefix(size)
                rest = chunk.dropFirst(size + 2)
                if size == 0 { return body }
            }
        }
        if let text = self["Content-Length"].first {
            guard let length = Int(text), length >= 0, self["Content-Length"].count == 1 else { throw Nonsense() }
            guard rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
        guard isEnd else { return nil }
        defer { rest = [] }
        return Array(rest)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
