package import CacheCore
package import GitHubCore
package import Multiformats

/// Picks the newest provable copy of a resource among peers' answers.
package struct CopyChoice: Sendable {
    private let representation: Representation
    private let rule: ShareRule
    private let now: Timestamp
    /// The best so far.
    package private(set) var best: SharedEntry?

    /// Makes a choice without answers.
    package init(of representation: Representation, rule: ShareRule, now: Timestamp) {
        self.representation = representation
        self.rule = rule
        self.now = now
    }

    /// Weighs one answer.
    ///
    /// - Parameters:
    ///   - claim: The copy.
    ///   - giver: Who gave it.
    /// - Returns: Nil where it could be weighed, or what is wrong with it.
    @discardableResult
    package mutating func weigh(_ claim: EntryClaim, of giver: PeerID? = nil) -> Doubt? {
        guard claim.representation == self.representation, self.rule.takes(claim) else { return .notShareable }
        guard claim.validatedAt <= self.now.advanced(byMilliseconds: Limits.clockSkewMilliseconds) else {
            return .fromTheFuture
        }
        let entry = claim.entry(now: self.now)
        if let best, best.entry.validatedAt >= entry.validatedAt { return nil }
        guard let inline = claim.body.inline, inline.count == claim.body.size,
            let body = Body(inline, claimed: claim.body.cid)
        else { return .wrongBody }
        self.best = SharedEntry(entry: entry, body: body, giver: giver)
        return nil
    }
}
