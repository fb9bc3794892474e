package import GitHubCore

/// Names a credential without telling it: a keyed hash of the token without its scheme, in lower-case hexadecimal.
package struct CredentialID: Hashable, Sendable {
    /// The hash.
    package let text: String

    /// Wraps a hash.
    package init(_ text: String) {
        self.text = text
    }

    /// The one of requests that show none; no hash is written like this.
    package static let anonymous = CredentialID("anonymous")
}

/// Who may be served a copy (invariant 4); part of every key.
package enum Audience: Hashable, Sendable {
    /// Everyone: the same bytes for every reader of a public repository.
    case `public`
    /// Whoever proved access to this scope and permission.
    case proven(Scope, PermissionFamily)
    /// The credential that fetched it, and nobody else.
    case credential(CredentialID)

    /// Whether a copy may serve more than the credential that fetched it.
    package var isOfMany: Bool { if case .credential = self { false } else { true } }

    /// The audience in one word, as stored.
    package var text: String {
        switch self {
        case .public: "public"
        case .proven(let scope, let family): "proven:\(scope.description.lowercased()):\(family.rawValue)"
        case .credential(let id): "credential:\(id.text)"
        }
    }

    /// Reads what `text` wrote, or nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("public", 1):
            self = .public
        case ("proven", 3):
            guard let scope = Scope(parts[1]), let family = PermissionFamily(rawValue: String(parts[2])) else {
                return nil
            }
            self = .proven(scope, family)
        case ("credential", 2):
            self = .credential(CredentialID(String(parts[1])))
        default:
            return nil
        }
    }
}
