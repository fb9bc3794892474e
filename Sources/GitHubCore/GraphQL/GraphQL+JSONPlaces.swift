extension GraphQL {
    /// Finds the repositories and owners that JSON names: an answer, or a request's variables.
    enum JSONPlaces {
        /// The keys by which an answer says where it lies.
        static let namingKeys: Set<String> = ["nameWithOwner", "url", "resourcePath"]

        /// The repositories that an answer names: `nameWithOwner`, `url` and `resourcePath`, and a `name` with its `owner`.
        static func tags(ofAnswer bytes: [UInt8]) -> Tags? {
            var walk = Walk(scanner: JSONScanner(bytes: bytes, offset: 0, depthLeft: JSONSlices.maximumDepth))
            walk.scanner.skipSpace()
            guard (try? walk.value()) != nil else { return nil }
            return walk.tags
        }

        /// The repositories and owners that variables name: an owner and a name side by side, `o/r`, and searches.
        static func collect(fromVariables range: Range<Int>, in text: JSONSlices, into tags: inout Tags) {
            switch text.kind(of: range) {
            case .object:
                guard let object = try? JSONObject(text, at: range), let members = try? text.members(of: range) else {
                    return
                }
                if let owner = object.string("owner"), RepositoryName.isName(owner) {
                    let names = ["name", "repo", "repository"].compactMap { object.string($0) }
                        .compactMap { RepositoryName(owner: owner, name: $0) }
                    for name in names { tags.insert(.repository(name)) }
                    if names.isEmpty { tags.insert(.owner(owner.lowercased())) }
                }
                for member in members {
                    if let value = text.string(member.value) {
                        if ["nameWithOwner", "repository", "repo"].contains(member.key),
                            let name = RepositoryName(value)
                        {
                            tags.insert(.repository(name))
                        }
                        for scope in scopes(inSearch: value) { tags.insert(scope) }
                    } else {
                        collect(fromVariables: member.value, in: text, into: &tags)
                    }
                }
            case .array:
                for element in (try? text.elements(of: range)) ?? [] {
                    collect(fromVariables: element, in: text, into: &tags)
                }
            default:
                break
            }
        }

        /// What a search is confined to: its words `repo:o/r`, `org:o` and `user:o`.
        static func scopes(inSearch text: String) -> [Scope] {
            guard text.utf8.contains(UInt8(ascii: ":")) else { return [] }
            return text.split { " \t\n\"".contains($0) }.compactMap { word in
                let parts = word.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { return nil }
                switch parts[0].lowercased() {
                case "repo": return RepositoryName(parts[1]).map(Scope.repository)
                case "org", "user": return RepositoryName.isName(parts[1]) ? .owner(parts[1].lowercased()) : nil
                default: return nil
                }
            }
        }

        /// The repository that a page lies in, by its URL or by its path alone.
        static func repository(inURL text: String) -> RepositoryName? {
            var rest = text[...]
            if let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) {
                rest = rest.dropFirst(scheme.count)
                guard let slash = rest.firstIndex(of: "/") else { return nil }
                rest = rest[slash...]
            }
            guard rest.hasPrefix("/") else { return nil }
            let parts = rest.prefix { $0 != "?" && $0 != "#" }.dropFirst().split(separator: "/", maxSplits: 2)
            guard parts.count >= 2, !notOwners.contains(parts[0].lowercased()) else { return nil }
            return RepositoryName(owner: parts[0], name: parts[1])
        }

        /// First segments of GitHub's own pages.
        private static let notOwners: Set<String> = [
            "apps", "enterprises", "marketplace", "orgs", "settings", "sponsors", "topics", "users",
        ]
    }
}

extension GraphQL.JSONPlaces {
    /// One pass over an answer.
    private struct Walk {
        var scanner: JSONScanner
        var tags = GraphQL.Tags()

        /// What an object says of itself that whoever holds it needs.
        struct Found {
            var name: String?
            var login: String?
            var owner: String?
        }

        /// Reads past a value, and tells what it said if it was an object.
        @discardableResult
        mutating func value() throws(JSONError) -> Found? {
            guard scanner.offset < scanner.bytes.count else { throw .truncated }
            switch scanner.bytes[scanner.offset] {
            case UInt8(ascii: "{"):
                return try object()
            case UInt8(ascii: "["):
                try array()
            default:
                try scanner.skipValue()
            }
            return nil
        }

        private mutating func descend() throws(JSONError) {
            guard scanner.depthLeft > 0 else { throw .tooDeep }
            scanner.depthLeft -= 1
            scanner.offset += 1
            scanner.skipSpace()
        }

        private mutating func array() throws(JSONError) {
            try descend()
            defer { scanner.depthLeft += 1 }
            if scanner.consume(UInt8(ascii: "]")) { return }
            repeat {
                scanner.skipSpace()
                try value()
                scanner.skipSpace()
            } while scanner.consume(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "]"))
        }

        private mutating func object() throws(JSONError) -> Found {
            try descend()
            defer { scanner.depthLeft += 1 }
            var found = Found()
            if scanner.consume(UInt8(ascii: "}")) { return found }
            repeat {
                scanner.skipSpace()
                let key = try scanner.string()
                scanner.skipSpace()
                try scanner.expect(UInt8(ascii: ":"))
                scanner.skipSpace()
                try member(key, &found)
                scanner.skipSpace()
            } while scanner.consume(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
            if let owner = found.owner, let name = found.name, let repository = RepositoryName(owner: owner, name: name)
            {
                tags.insert(.repository(repository))
            }
            return found
        }

        private mutating func member(_ key: String, _ found: inout Found) throws(JSONError) {
            let isText = scanner.offset < scanner.bytes.count && scanner.bytes[scanner.offset] == UInt8(ascii: "\"")
            guard isText, ["name", "login", "nameWithOwner", "url", "resourcePath"].contains(key) else {
                let inner = try value()
                if key == "owner" { found.owner = inner?.login }
                return
            }
            let text = try scanner.string()
            switch key {
            case "name": found.name = text
            case "login": found.login = text
            default:
                let place = key == "nameWithOwner" ? RepositoryName(text) : GraphQL.JSONPlaces.repository(inURL: text)
                if let place { tags.insert(.repository(place)) }
            }
        }
    }
}
