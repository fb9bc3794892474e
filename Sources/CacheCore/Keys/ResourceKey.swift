package import GitHubCore

/// The media classes that GitHub answers differently; all JSON variants are one.
package enum MediaClass: String, Hashable, Sendable {
    case json
    case raw
    case html
    case text
    case full
    case diff
    case patch
}

/// A representation of a resource, whoever reads it: what peers may speak of.
package struct Representation: Hashable, Sendable {
    /// The API version that answers when a request names none (`X-GitHub-Api-Version`).
    package static let defaultAPIVersion = "2022-11-28"

    /// The resource.
    package let resource: Resource
    /// The media class.
    package let media: MediaClass
    /// The API version, as `X-GitHub-Api-Version` names it.
    package let apiVersion: String

    /// A representation; by default the JSON of the default API version.
    package init(
        _ resource: Resource,
        media: MediaClass = .json,
        apiVersion: String = Representation.defaultAPIVersion
    ) {
        self.resource = resource
        self.media = media
        self.apiVersion = apiVersion
    }
}

/// What an entry is stored under: a representation and who may be served it.
package struct ResourceKey: Hashable, Sendable {
    /// The representation.
    package let representation: Representation
    /// Who may be served it.
    package let audience: Audience

    /// A key.
    package init(_ representation: Representation, audience: Audience) {
        self.representation = representation
        self.audience = audience
    }

    /// The resource.
    package var resource: Resource { representation.resource }
    /// The endpoint.
    package var endpoint: Endpoint { representation.resource.endpoint }
    /// The repository, or nil for an owner's resource.
    package var repository: RepositoryName? { endpoint.repository }

    /// The key in one line, as stored: audience, media class, API version and path, parted by spaces.
    package var text: String {
        "\(audience.text) \(representation.media.rawValue) \(representation.apiVersion) \(resource.path)"
    }

    /// Reads what `text` wrote, or nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let audience = Audience(parts[0]), let media = MediaClass(rawValue: String(parts[1])),
            let resource = Resource(parts[3])
        else { return nil }
        self.init(Representation(resource, media: media, apiVersion: String(parts[2])), audience: audience)
    }
}
