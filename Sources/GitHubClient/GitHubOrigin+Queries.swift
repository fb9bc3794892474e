import CacheCore
import GitHubCore
import NIOHTTP1

extension GitHubOrigin {
    /// Posts a query, which no validator can spare.
    func fetch(
        _ posted: PostedQuery,
        _ request: OriginRequest,
        as credential: Credential
    ) async -> OriginResult {
        let variant = posted.query.variant
        let message = Courier.Message(
            method: .POST,
            target: "/graphql",
            accept: variant.accept.isEmpty ? MediaClass.json.accept : variant.accept,
            apiVersion: request.representation.apiVersion,
            body: posted.body,
            headers: variant.headers,
            quota: .graphql
        )
        switch await courier.ask(message, as: credential, priority: Budget.Priority(request.priority)) {
        case .failure(let failure): return .failure(failure)
        case .success(let answer): return Verdict.of(answer, media: .json, held: nil, wasConditional: false)
        }
    }
}
