/// A `Link` header (RFC 8288), its links and their parameters in the order they came in.
package struct LinkHeader: Hashable, Sendable {
    /// The bounds of what is read; a header beyond them is not read at all.
    package enum Limits {
        /// Bytes of the header.
        package static let bytes = 16_384
        /// Links in it.
        package static let links = 32
        /// Parameters of one link.
        package static let parameters = 16
    }

    /// One `name="value"` of a link.
    package struct Parameter: Hashable, Sendable {
        /// The name as written.
        package var name: String
        /// The value without its quotes.
        package var value: String

        /// One parameter.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One target and what is said about it.
    package struct Link: Hashable, Sendable {
        /// The URL between the angle brackets.
        package var target: String
        /// What follows it.
        package var parameters: [Parameter]

        /// A link with any parameters.
        package init(target: String, parameters: [Parameter]) {
            self.target = target
            self.parameters = parameters
        }

        /// A link with the one parameter that GitHub uses.
        package init(target: String, relation: String) {
            self.init(target: target, parameters: [Parameter(name: "rel", value: relation)])
        }

        /// The relation: the value of `rel`.
        package var relation: String? {
            parameters.first { $0.name.lowercased() == "rel" }?.value
        }
    }

    /// The links, in order.
    package var links: [Link]

    /// A header made of links.
    package init(links: [Link]) {
        self.links = links
    }

    /// The target of the first link with a relation: `next`, `prev`, `first` or `last`.
    package func target(relation: String) -> String? {
        links.first { link in
            link.relation?.split(separator: " ").contains { $0.lowercased() == relation } ?? false
        }?.target
    }

    /// The same links with other targets.
    package func mapTargets(_ transform: (String) -> String) -> LinkHeader {
        LinkHeader(links: links.map { Link(target: transform($0.target), parameters: $0.parameters) })
    }

    /// The header's value.
    package var headerValue: String {
        links.map { link in
            link.parameters.reduce(into: "<\(link.target)>") { text, parameter in
                text += "; \(parameter.name)=\"\(Self.escape(parameter.value))\""
            }
        }.joined(separator: ", ")
    }

    private static func escape(_ value: String) -> String {
        guard value.contains(where: { $0 == "\"" || $0 == "\\" }) else { return value }
        return value.reduce(into: "") { text, character in
            if character == "\"" || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }
}

extension LinkHeader {
    /// Reads a header's value; nil if it is malformed or beyond the limits.
    package init?(_ headerValue: String) {
        guard headerValue.utf8.count <= Limits.bytes else { return nil }
        var scanner = Scanner(rest: Array(headerValue.utf8)[...])
        guard let links = scanner.links() else { return nil }
        self.links = links
    }

    /// Reads the grammar of section 3 from left to right.
    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func links() -> [Link]? {
            var links: [Link] = []
            skip(" \t,")
            while !rest.isEmpty {
                guard links.count < Limits.links, let link = link() else { return nil }
                links.append(link)
                guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
                skip(" \t,")
            }
            return links
        }

        mutating func link() -> Link? {
            guard take("<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let target = text(rest[..<end])
            rest = rest[(end + 1)...]
            var parameters: [Parameter] = []
            while true {
                skip(" \t")
                guard take(";") else { return Link(target: target, parameters: parameters) }
                skip(" \t")
                guard parameters.count < Limits.parameters, let parameter = parameter() else { return nil }
                parameters.append(parameter)
            }
        }

        mutating func parameter() -> Parameter? {
            let name = token()
            guard !name.isEmpty else { return nil }
            skip(" \t")
            guard take("=") else { return Parameter(name: name, value: "") }
            skip(" \t")
            guard take("\"") else { return Parameter(name: name, value: token()) }
            var value: [UInt8] = []
            if rest.isEmpty { return nil }
            while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = rest.popFirst() else { return nil }
                    value.append(escaped)
                } else {
                    value.append(byte)
                }
                if rest.isEmpty { return nil }
            }
            return Parameter(name: name, value: text(value[...]))
        }

        mutating func token() -> String {
            let end = rest.firstIndex { " \t,;=\"<>".utf8.contains($0) } ?? rest.endIndex
            defer { rest = rest[end...] }
            return text(rest[..<end])
        }

        mutating func skip(_ characters: String) {
            rest = rest.drop { characters.utf8.contains($0) }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    }
}
