package import CacheCore
package import GitHubCore
import SwiftProtobuf

/// The claim that a run or job had a state, by a peer that remembers it.
package struct RememberedClaim: Sendable {
    /// The repository it lies in.
    package let repository: RepositoryName
    /// Run or job.
    package let kind: ObjectKind
    /// The own time of the delivery that brought it.
    package let deliveredAt: Timestamp?
    /// `deployment.updated_at` of the delivery.
    package let deploymentUpdatedAt: Timestamp?
    /// When the peer saw it.
    package let seenAt: Timestamp
    /// Whether the repository is private.
    package let isPrivate: Bool
    /// The object's bytes.
    package internal(set) var object: BodyClaim
}

extension RememberedClaim {
    /// The claim of a remembered state, with its bytes where they are to ride along.
    package init(_ state: ObjectState, body: Body?) {
        let times: (delivered: Timestamp?, deployment: Timestamp?) =
            switch state.version {
            case .run(let run): (run.deliveredAt, nil)
            case .job(let job): (job.deliveredAt, job.deploymentUpdatedAt)
            }
        self.init(
            repository: state.id.repository,
            kind: state.id.kind,
            deliveredAt: times.delivered,
            deploymentUpdatedAt: times.deployment,
            seenAt: state.seenAt,
            isPrivate: state.isPrivate,
            // Of a body that does not ride along the length is not known here, and nobody goes by it.
            object: body.map { BodyClaim($0, inlineLimit: Limits.bodyBytes) }
                ?? BodyClaim(cid: state.cid, size: 0, inline: nil)
        )
    }

    /// The claim of what this node tells.
    init(_ shared: SharedState) {
        self.init(
            repository: shared.repository,
            kind: shared.kind,
            deliveredAt: shared.deliveredAt,
            deploymentUpdatedAt: shared.deploymentUpdatedAt,
            seenAt: shared.seenAt,
            isPrivate: shared.isPrivate,
            object: BodyClaim(shared.body)
        )
    }

    /// What the node is told of it, with its times clamped.
    func shared(_ body: Body, now: Timestamp) -> SharedState {
        SharedState(
            repository: self.repository,
            kind: self.kind,
            body: body,
            deliveredAt: self.deliveredAt.map { min($0, now) },
            deploymentUpdatedAt: self.deploymentUpdatedAt.map { min($0, now) },
            seenAt: min(self.seenAt, now),
            isPrivate: self.isPrivate
        )
    }
}

extension RememberedClaim {
    /// Nil where it is of a kind that only later versions know.
    init?(_ wire: WireState, in repository: RepositoryName) throws(MeshError) {
        guard let kind = ObjectKind(wire.kind) else { return nil }
        self.init(
            repository: repository,
            kind: kind,
            deliveredAt: wire.hasDeliveredAt ? Timestamp(milliseconds: wire.deliveredAt) : nil,
            deploymentUpdatedAt: wire.hasDeploymentUpdatedAt
                ? Timestamp(milliseconds: wire.deploymentUpdatedAt) : nil,
            seenAt: Timestamp(milliseconds: wire.seenAt),
            isPrivate: wire.isPrivate,
            object: try BodyClaim(wire.object)
        )
    }

    var wire: WireState {
        .with {
            $0.kind = self.kind == .run ? .run : .job
            if let deliveredAt { $0.deliveredAt = deliveredAt.milliseconds }
            if let deploymentUpdatedAt { $0.deploymentUpdatedAt = deploymentUpdatedAt.milliseconds }
            $0.seenAt = self.seenAt.milliseconds
            $0.isPrivate = self.isPrivate
            $0.object = self.object.wire
        }
    }
}
