/// An owner's and a repository's name, as in `octocat/hello-world`.
///
/// GitHub compares both without regard to ASCII case and remembers how they were first written, and so does this type.
package struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    /// The owner's login as written.
    package let owner: String
    /// The repository's name as written.
    package let name: String
    /// `owner/name` in lower case: what equality, hashing and storage use.
    package let canonical: String

    /// The longest `owner/name` that is accepted, in bytes: 39 for a login, 100 for a name, and the slash.
    package static let maximumLength = 140

    /// A name from its two parts, or nil where GitHub would not accept them.
    package init?(owner: some StringProtocol, name: some StringProtocol) {
        self.init(String(owner), String(name))
    }

    private init?(_ owner: String, _ name: String) {
        guard Self.isName(owner), Self.isName(name), owner.utf8.count + name.utf8.count < Self.maximumLength else {
            return nil
        }
        self.owner = owner
        self.name = name
        canonical = "\(owner)/\(name)".lowercased()
    }

    /// A name from `owner/name`, or nil where it is not that.
    package init?(_ text: some StringProtocol) {
        let parts = Substring(text).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(owner: parts[0], name: parts[1])
    }

    package var description: String { "\(owner)/\(name)" }

    package static func == (left: RepositoryName, right: RepositoryName) -> Bool {
        left.canonical == right.canonical
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(canonical)
    }

    /// Whether a text can be a login or a repository's name: ASCII letters, digits, `-`, `_` and `.`, not dots alone.
    package static func isName(_ text: some StringProtocol) -> Bool {
        let text = Substring(text)
        guard !text.isEmpty, text != ".", text != ".." else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
    }
}

/// What a webhook or a list stands for: one repository, or everything of one owner.
package enum Scope: Hashable, Sendable, CustomStringConvertible {
    /// One repository.
    case repository(RepositoryName)
    /// An organisation or user, by its login in lower case.
    case owner(String)

    /// A scope from `OWNER` or `OWNER/REPO`, or nil where it is neither.
    package init?(_ text: some StringProtocol) {
        if let repository = RepositoryName(text) {
            self = .repository(repository)
        } else if RepositoryName.isName(text) {
            self = .owner(text.lowercased())
        } else {
            return nil
        }
    }

    /// The owner's login, in lower case.
    package var login: String {
        switch self {
        case .repository(let repository): repository.owner.lowercased()
        case .owner(let login): login
        }
    }

    /// Whether a repository lies within this scope.
    package func covers(_ repository: RepositoryName) -> Bool {
        switch self {
        case .repository(let own): own == repository
        case .owner(let login): repository.owner.lowercased() == login
        }
    }

    package var description: String {
        switch self {
        case .repository(let repository): repository.description
        case .owner(let login): login
        }
    }
}
