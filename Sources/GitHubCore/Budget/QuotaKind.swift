/// The hourly quotas that this program spends, each with its own limits, as `x-ratelimit-resource` names them.
package enum QuotaKind: String, Hashable, Sendable {
    /// The REST API's.
    case core
    /// GraphQL's, in points that each query costs by its size.
    case graphql
}
