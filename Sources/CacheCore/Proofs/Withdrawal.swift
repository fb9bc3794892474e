package import GitHubCore

/// What takes proofs back.
package enum Withdrawal: Hashable, Sendable {
    /// GitHub does not know the credential any more.
    case everything(of: CredentialID)
    /// The credential does not see a repository or an owner.
    case scope(Scope, of: CredentialID)
    /// The credential may not read one kind of thing.
    case subject(Proof.Subject)
    /// Who may see a scope changed: whoever reads it proves it anew.
    case everyone(Scope)

    /// What a refusal of GitHub's takes back, or nil for an answer that is none.
    ///
    /// A 404 is how GitHub hides what a credential may not see. A limit must have been told apart before.
    package init?(status: Int, of endpoint: Endpoint, to credential: CredentialID) {
        switch (status, endpoint) {
        case (401, _): self = .everything(of: credential)
        case (403, .repository), (404, .repository), (451, .repository): self = .scope(endpoint.scope, of: credential)
        case (403, _), (404, _), (451, _): self = .subject(Proof.Subject(endpoint, by: credential))
        default: return nil
        }
    }

    /// Whether it takes back the proof of a subject.
    package func covers(_ subject: Proof.Subject) -> Bool {
        switch self {
        case .everything(let credential): subject.credential == credential
        case .scope(let scope, let credential): subject.credential == credential && subject.scope == scope
        case .subject(let own): own == subject
        case .everyone(let scope): scope.contains(subject.scope)
        }
    }

    /// Whether it takes back a credential's answer to a query, by the repositories that it lies in.
    package func covers(_ tags: GraphQL.Tags, of credential: CredentialID) -> Bool {
        switch self {
        case .everything(let own): own == credential
        case .scope(let scope, let own): own == credential && tags.touch(scope)
        case .subject(let subject): subject.credential == credential && tags.touch(subject.scope)
        case .everyone(let scope): tags.touch(scope)
        }
    }

    /// Every withdrawal that covers a subject.
    package static func covering(_ subject: Proof.Subject) -> [Withdrawal] {
        var all: [Withdrawal] = [
            .everything(of: subject.credential), .scope(subject.scope, of: subject.credential), .subject(subject),
            .everyone(subject.scope),
        ]
        if case .repository(let name) = subject.scope { all.append(.everyone(.owner(name.owner.lowercased()))) }
        return all
    }
}

extension Scope {
    /// Whether another scope lies within this one, or is it.
    package func contains(_ other: Scope) -> Bool {
        switch other {
        case .repository(let name): covers(name)
        case .owner: self == other
        }
    }
}
