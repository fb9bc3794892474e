extension SimulatedGitHub {
    /// GitHub's GraphQL API, as far as it is simulated: documents, a part of GitHub's schema, and execution after the
    /// specification of October 2021, with GitHub's own words for what is wrong.
    ///
    /// Left out: subscriptions, introspection but for `__typename`, and the merging of conflicting fields, of which the
    /// first one counts here.
    enum Graph {
        /// The bounds of what is asked and answered.
        enum Limits {
            /// Elements of one page of a connection.
            static let page = 100
            /// Nodes that one query may ask for.
            static let nodes = 500_000
            /// Fields that are visited for one query.
            static let visits = 50_000
            /// The deepest nesting of fields, fragments and types.
            static let depth = 48
        }
    }
}

extension SimulatedGitHub.Graph {
    /// What is wrong with a query, as an element of `errors`.
    struct Problem: Error, Hashable {
        /// GitHub's kind of it, of what went wrong while the query was executed.
        var type: String?
        /// Where in the query.
        var path: [JSON] = []
        /// The offsets in its text.
        var offsets: [Int] = []
        var message: String
        var extensions: [JSON.Member] = []

        /// What a document says that the schema does not allow.
        init(_ code: String, _ message: String, at offset: Int, path: [JSON], _ facts: [JSON.Member] = []) {
            self.path = path
            offsets = [offset]
            self.message = message
            extensions = [JSON.Member("code", .string(code))] + facts
        }

        /// What cannot be done.
        init(type: String?, _ message: String) {
            self.type = type
            self.message = message
        }

        /// GitHub's form of it; the text tells lines from offsets.
        func json(in text: String) -> JSON {
            var members: [JSON.Member] = []
            if let type { members.append(.init("type", .string(type))) }
            if !path.isEmpty { members.append(.init("path", .array(path))) }
            if !extensions.isEmpty { members.append(.init("extensions", .object(extensions))) }
            if !offsets.isEmpty {
                members.append(.init("locations", .array(offsets.map { Self.location(of: $0, in: text) })))
            }
            return .object(members + [.init("message", .string(message))])
        }

        private static func location(of offset: Int, in text: String) -> JSON {
            let before = text.utf8.prefix(offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
            return ["line": .integer(Int64(line)), "column": .integer(Int64(column))]
        }
    }
}
