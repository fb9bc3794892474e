import CacheCore
import GitHubCore
import Multiformats

/// Only members are believed.
package struct AuthorIsMember: TrustPolicy {
    private let membership: Membership

    /// Believes these.
    package init(membership: Membership) {
        self.membership = membership
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        self.membership.contains(testimony.author) ? .meets : .fails(because: .notAMember)
    }
}

/// News of a repository travels on its own topic, and an entry lies in the repository it is announced for.
package struct TopicMatchesRepository: TrustPolicy {
    private let swarmKey: [UInt8]?

    /// Names topics with this key.
    package init(swarmKey: [UInt8]?) {
        self.swarmKey = swarmKey
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard testimony.claim.topic(swarmKey: self.swarmKey) == testimony.topic else {
            return .fails(because: .wrongTopic)
        }
        if case .entry(let repository, let entry) = testimony.claim,
            entry.representation.resource.endpoint.repository != repository
        {
            return .fails(because: .wrongTopic)
        }
        return .meets
    }
}

/// Only what this mesh shares is taken from it.
package struct IsShareable: TrustPolicy {
    private let rule: ShareRule

    /// Shares by this rule.
    package init(rule: ShareRule) {
        self.rule = rule
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        switch testimony.claim {
        case .event, .privatized, .prewarm, .state: self.rule.takesPart ? .meets : .fails(because: .notShareable)
        case .entry(_, let entry):
            self.rule.takes(entry) ? .meets : .fails(because: .notShareable)
        }
    }
}

/// Nothing was said later than now, clocks that differ a little aside; what is to come could never be overtaken.
package struct TimesArePlausible: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        let latest = testimony.now.advanced(byMilliseconds: Limits.clockSkewMilliseconds)
        let times: [Timestamp?] =
            switch testimony.claim {
            case .event(let event): [event.acceptedAt, event.delivery.time, event.deploymentUpdatedAt]
            case .entry(_, let entry): [entry.validatedAt]
            case .privatized(_, let asOf): [asOf]
            case .prewarm(let word): [word.slot]
            case .state(let state): [state.seenAt, state.deliveredAt, state.deploymentUpdatedAt]
            }
        return times.allSatisfy { $0.map { $0 <= latest } ?? true } ? .meets : .fails(because: .fromTheFuture)
    }
}

/// Bytes that are here have the name and the length that they were announced with.
package struct BodyMatchesClaim: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard let body = testimony.body, let claim = testimony.claim.body else { return .meets }
        return body.count == claim.size && claim.cid.matches(body) ? .meets : .fails(because: .wrongBody)
    }
}

/// An event's or a state's body is a run or job as claimed, of the claimed repository, of the past, and public where only that is shared.
package struct ObjectMatchesClaim: TrustPolicy {
    private let rule: ShareRule

    /// Shares by this rule.
    package init(rule: ShareRule) {
        self.rule = rule
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        let (kind, repository): (ObjectKind, RepositoryName)
        switch testimony.claim {
        case .event(let event): (kind, repository) = (event.kind, event.repository)
        case .state(let state): (kind, repository) = (state.kind, state.repository)
        case .entry, .privatized, .prewarm: return .meets
        }
        guard let body = testimony.body else { return .meets }
        guard let object = try? JSONObject(JSONSlices(body)) else { return .fails(because: .wrongObject) }
        let times: [Timestamp?]
        switch kind {
        case .run:
            guard let run = WorkflowRun(object), run.repository ?? repository == repository else {
                return .fails(because: .wrongObject)
            }
            guard run.isPrivate != true else { return .fails(because: .notShareable) }
            times = [run.updatedAt]
        case .job:
            guard let job = WorkflowJob(object) else { return .fails(because: .wrongObject) }
            times = [job.startedAt, job.completedAt]
        }
        let latest = testimony.now.advanced(byMilliseconds: Limits.clockSkewMilliseconds)
        return times.allSatisfy { $0.map { $0 <= latest } ?? true } ? .meets : .fails(because: .fromTheFuture)
    }
}
