package import GitHubCore

/// Names repositories: `owner/name`, or with `*` for any text and `?` for any one character in either part.
package struct RepositoryPattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern of the owner, in lower case.
    package let owner: String
    /// The pattern of the name, in lower case.
    package let name: String

    /// A pattern, or nil where it is no `owner/name`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= RepositoryName.maximumLength else { return nil }
        (owner, name) = (parts[0].lowercased(), parts[1].lowercased())
        guard Self.isPart(owner), Self.isPart(name) else { return nil }
    }

    /// Everything of the owners that a pattern names, or nil where it names none.
    package init?(owner text: some StringProtocol) {
        self.init("\(text)/*")
    }

    package var description: String { "\(owner)/\(name)" }

    /// The one repository that it names, where it has no wildcard.
    package var repository: RepositoryName? {
        Self.hasWildcard(description) ? nil : RepositoryName(owner: owner, name: name)
    }

    /// The one owner that it names, where that part has no wildcard.
    package var login: String? { Self.hasWildcard(owner) ? nil : owner }

    /// Whether it names a repository.
    package func matches(_ repository: RepositoryName) -> Bool {
        matches(owner: repository.owner) && Glob(name).matches(repository.name.lowercased())
    }

    /// Whether repositories of an owner may be among those that it names.
    package func matches(owner login: some StringProtocol) -> Bool { Glob(owner).matches(login.lowercased()) }

    private static func hasWildcard(_ text: String) -> Bool { text.contains("*") || text.contains("?") }

    private static func isPart(_ text: String) -> Bool {
        // A wildcard may stand for a character of a name.
        RepositoryName.isName(String(text.map { $0 == "*" || $0 == "?" ? "x" : $0 }))
    }
}
