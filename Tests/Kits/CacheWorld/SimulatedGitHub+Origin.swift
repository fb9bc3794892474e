package import CacheCore
package import GitHubCore
package import GitHubSimulatorCore

extension SimulatedGitHub {
    /// Answers an origin's question as the real client reads it: validators computed, links and ETags kept.
    package mutating func answer(_ request: OriginRequest, token: String?, at now: Timestamp) -> OriginResult {
        let accept = "application/vnd.github+json"
        let tag = request.validator?.body.map { body in
            ETagFormula.etag(of: body.bytes, accept: accept, authorization: token.map { "Bearer \($0)" })
        }
        if let query = request.query {
            var question = Request.call("POST", "/graphql", token: token)
            question.body = query.body
            return result(respond(to: question, at: now), at: now)
        }
        let target = request.representation.resource.path
        let response = respond(to: .get(target, token: token, accept: accept, ifNoneMatch: tag), at: now)
        if response.status == 301, let location = response.header("Location")?.dropPrefix(configuration.apiURL) {
            let there = respond(to: .get(location, token: token, accept: accept, ifNoneMatch: tag), at: now)
            return .moved(to: location, result(there, at: now))
        }
        return result(response, at: now)
    }

    private func result(_ response: Response, at now: Timestamp) -> OriginResult {
        let headers = EntryHeaders(etag: response.header("ETag"), link: response.header("Link"))
        switch (response.status, response.manner) {
        case (_, .reset): return .failure(.unreachable("reset"))
        case (_, .truncated): return .failure(.unusable(status: response.status, "cut"))
        case (304, _): return .unchanged(headers, askedAt: now)
        case (500..., _): return .failure(.unusable(status: response.status, "a server error"))
        case (403, _) where response.header("x-ratelimit-remaining") == "0", (429, _):
            return .failure(.limited(until: now.advanced(bySeconds: 60)))
        default:
            return .answer(
                OriginAnswer(status: response.status, headers: headers, body: Body(response.body), askedAt: now)
            )
        }
    }
}

extension String {
    /// What follows a prefix, or nil without it.
    fileprivate func dropPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

extension SimulatedGitHub.OutgoingDelivery {
    /// The event that a node makes of it, taken at a moment.
    package func workflowEvent(asOf moment: Timestamp) -> WorkflowEvent? {
        Letter(self).workflowEvent(asOf: moment)
    }
}
