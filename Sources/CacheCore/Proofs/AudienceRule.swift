package import GitHubCore

/// Who may be served what, decided from the endpoint and from what is known of its repository (invariant 4).
package enum AudienceRule {
    /// Whom a credential's answer 200 serves.
    package static func audience(
        of endpoint: Endpoint,
        isPublic: Bool,
        to credential: CredentialID
    ) -> Audience {
        guard endpoint.isPublicInPublicRepository, let repository = endpoint.repository else {
            return .credential(credential)
        }
        return isPublic ? .public : .proven(.repository(repository), endpoint.permission)
    }

    /// What a reader must meet to be served an answer.
    package enum Condition: Hashable, Sendable {
        /// Nothing.
        case none
        /// A proof that holds.
        case proof(Proof.Subject)
        /// That it was given to this reader as lately as a proof must be: it proves itself, and nothing else does.
        case lately
        /// It is not for this reader.
        case impossible
    }

    /// What a reader must meet to be served a stored answer.
    ///
    /// That something is absent was told to one credential, lasts for seconds, and needs no proof.
    package static func condition(of key: ResourceKey, status: Int, for reader: CredentialID) -> Condition {
        switch key.audience {
        case .public:
            .none
        case .proven(let scope, let family):
            // Who shows no credential gets public data only.
            reader == .anonymous
                ? .impossible : .proof(Proof.Subject(credential: reader, scope: scope, family: family))
        case .credential(reader):
            if case .graphQL = key.endpoint {
                .lately
            } else {
                status == 200 ? .proof(Proof.Subject(key.endpoint, by: reader)) : .none
            }
        case .credential:
            .impossible
        }
    }

    /// The stored answer whose body is held out to GitHub for a reader: its own, or the likeliest of the others'.
    ///
    /// GitHub says that it is unchanged only where it would have given this reader these very bytes, so it does not
    /// matter whose they were. A bare array that differs by reader tells by its page links, which no validator covers, how
    /// much more there is for its reader: it is lent to nobody.
    package static func lender(among entries: [Entry], for key: ResourceKey) -> Entry? {
        let found = entries.filter { $0.key.representation == key.representation && $0.status == 200 }
        if let own = found.first(where: { $0.key == key }) { return own }
        if key.endpoint.row.shape == .array, key.endpoint.row.readers != .everyone { return nil }
        return found.max { left, right in
            (left.standing != .invalid ? 1 : 0, left.validatedAt) < (
                right.standing != .invalid ? 1 : 0, right.validatedAt
            )
        }
    }
}
