import GitHubCore

/// An event's object is of the past and of an attempt that can have been: from what is to come nothing could be told apart.
///
/// How far this goes is what a member can lie: the rest is for GitHub to put right.
package struct VersionIsPlausible: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard let object = testimony.object else { return .meets }
        let (attempt, times) =
            switch object {
            case .run(let run): (run.attempt, [run.createdAt, run.updatedAt])
            case .job(let job): (job.attempt, [job.createdAt, job.startedAt, job.completedAt])
            }
        guard (1...Limits.attempts).contains(attempt) else { return .fails(because: .wrongVersion) }
        return TimesArePlausible.judge(times, now: testimony.now)
    }
}
