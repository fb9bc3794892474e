/// GitHub's permission that reading an endpoint of a private repository needs (a fine-grained token's permission names).
package enum PermissionFamily: String, Hashable, Sendable {
    case metadata
    case actions
    case checks
    case contents
    case statuses
    case administration
    case organizationAdministration = "organization_administration"
    case organizationSelfHostedRunners = "organization_self_hosted_runners"
}

/// The types of data that have a lifetime of their own, as `CACHE_TTL_*` names them, and GraphQL's queries.
package enum DataType: String, Hashable, Sendable, CaseIterable {
    case repositories
    case runs
    case queue
    case runners
    case queries
    case other
}

/// One parameter of an endpoint's query.
package struct QueryParameter: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// What GitHub takes where it is not given, or nil for nothing.
    package let fallback: String?

    init(_ name: String, _ fallback: String? = nil) {
        self.name = name
        self.fallback = fallback
    }

    /// Whether it is true or false, in whatever case.
    var isFlag: Bool { fallback == "false" }
}

extension Endpoint {
    /// What the table says of one endpoint.
    package struct Row: Hashable, Sendable {
        /// The permission that reading it needs where the repository is private.
        package let permission: PermissionFamily
        /// Who gets the same bytes.
        package let readers: Readers
        /// The type of data whose lifetime it has.
        package let data: DataType
        /// What the body is.
        package let shape: Shape
        /// The parameters that change the answer.
        package let parameters: [QueryParameter]

        init(
            _ permission: PermissionFamily,
            _ readers: Readers,
            _ data: DataType,
            _ shape: Shape = .object,
            _ parameters: [QueryParameter] = []
        ) {
            self.permission = permission
            self.readers = readers
            self.data = data
            self.shape = shape
            self.parameters = parameters
        }

        /// What is known of a parameter, or nil for one that the endpoint does not have.
        func parameter(_ name: String) -> QueryParameter? { parameters.first { $0.name == name } }
    }

    /// Who gets the same bytes from an endpoint of a public repository.
    package enum Readers: Hashable, Sendable {
        /// Every reader, with a credential or without.
        case everyone
        /// Each reader its own: `permissions`, its time zone, or only what it may see.
        case each
        /// Those who may do more than read.
        case entitled
    }

    /// What a body is.
    package enum Shape: Hashable, Sendable {
        /// One object.
        case object
        /// A bare array: nothing in it tells how many there are beyond the page.
        case array
        /// An object of `total_count` and an array under this key.
        case envelope(String)
    }
}

extension Endpoint {
    /// The permission that reading it needs where the repository is private.
    package var permission: PermissionFamily { row.permission }

    /// Whether every reader of a public repository gets the same bytes, so that one copy may serve them all.
    package var isPublicInPublicRepository: Bool { row.readers == .everyone }

    /// The type of data whose lifetime it has; run lists filtered to what waits or runs are the queue's depth.
    package func dataType(query: [QueryItem]) -> DataType {
        switch self {
        case .runs, .workflowRuns:
            query.contains { $0.name == "status" && Self.queueStatuses.contains($0.value) } ? .queue : .runs
        default: row.data
        }
    }

    private static let queueStatuses: Set<String> = ["queued", "in_progress", "requested", "waiting", "pending"]
}
