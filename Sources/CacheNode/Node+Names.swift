import CacheCore
import CacheStore
package import GitHubCore

/// Paths that mean the same are one resource: page links name by id, a repository may have had another name, and a
/// workflow goes by its file or its id.
extension Node {
    /// The resource that a target means, by name or by the ids of GitHub's page links; nil where that is not known.
    package nonisolated func resource(of target: RequestTarget) -> Resource? { store.resource(of: target) }

    /// A request under the names that all share.
    nonisolated func canonical(_ request: ReadRequest) -> ReadRequest {
        var request = request
        request.representation = canonical(request.representation)
        return request
    }

    /// A representation under the names that all share.
    nonisolated func canonical(_ representation: Representation) -> Representation {
        Representation(
            store.canonical(representation.resource),
            media: representation.media,
            apiVersion: representation.apiVersion
        )
    }

    /// Notes what a 200 of GitHub tells of names; `link` is what GitHub itself said, since a stored one may be a peer's.
    func learn(from answer: OriginAnswer, link: String?, of job: FetchJob) async {
        guard job.key.representation.media == .json else { return }
        let facts = NameFact.told(
            by: answer.body.bytes,
            link: link,
            movedTo: job.movedTo,
            answering: job.key.resource
        )
        store.apply(facts.map { .learn($0, asOf: answer.askedAt) })
        for case .moved(let former, let id) in facts {
            if let name = store.repositoryName(id: id), name != former { await moved(former, to: name) }
        }
    }
}
