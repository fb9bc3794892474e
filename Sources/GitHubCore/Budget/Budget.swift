/// What this node may still ask of GitHub, and in whose favour.
///
/// Each credential has the hour's quota that GitHub's headers tell and, now and then, a secondary limit; all of them share
/// the pace that keeps the node below the secondary limits. Client reads come first: background work leaves them a
/// reserve of the quota and a share of the pace. Docs: "Rate limits for the REST API".
package struct Budget: Sendable {
    /// How much is used, and what is kept back.
    package struct Configuration: Hashable, Sendable {
        /// The percentage of the hour's quota that background work never touches.
        package var reservePercent: Int
        /// Calls under way at once, over all credentials; GitHub cuts at 100.
        package var concurrentCalls: Int
        /// Points in any 60 seconds, over all credentials; GitHub cuts at 900.
        package var pointsPerMinute: Int
        /// Points of GraphQL's in any 60 seconds, over all credentials; GitHub cuts at 2,000.
        package var queryPointsPerMinute: Int
        /// The percentage of that pace that fetches ahead of readers may fill.
        package var prewarmPercent: Int
        /// The percentage of that pace that polls may fill.
        package var pollPercent: Int

        /// The defaults keep a margin below GitHub's limits, for calls that others make with the same credential.
        package init(
            reservePercent: Int = 20,
            concurrentCalls: Int = 80,
            pointsPerMinute: Int = 800,
            queryPointsPerMinute: Int = 1_800,
            prewarmPercent: Int = 60,
            pollPercent: Int = 40
        ) {
            self.reservePercent = reservePercent
            self.concurrentCalls = concurrentCalls
            self.pointsPerMinute = pointsPerMinute
            self.queryPointsPerMinute = queryPointsPerMinute
            self.prewarmPercent = prewarmPercent
            self.pollPercent = pollPercent
        }
    }

    /// The bounds of what is remembered, and of how long anything is waited for.
    package enum Limits {
        /// Credentials.
        package static let accounts = 1_024
        /// Kinds of quota of one credential.
        package static let resources = 16
        /// The shortest pause after the quota was refused, in seconds.
        package static let shortestPause: Int64 = 10
        /// The first wait after a secondary limit that names no moment, in seconds; it doubles.
        package static let firstBackOff: Int64 = 60
        /// The longest such wait, in seconds.
        package static let longestBackOff: Int64 = 3_600
        /// When to ask again for a place among the calls under way, in milliseconds.
        package static let retryInterval: Int64 = 25
        /// A quota of which nothing is known but that it is spent.
        package static let unknownQuota = 5_000
        /// The length of a window of the quota, in seconds.
        package static let window: Int64 = 3_600
    }

    /// Who waits for a call.
    package enum Priority: Int, Hashable, Sendable, CaseIterable {
        /// A poll of the watch list.
        case poll
        /// A fetch ahead of any reader.
        case prewarm
        /// A client waits.
        case read
    }

    /// One call to GitHub.
    package struct Call: Hashable, Sendable {
        /// Names the credential; any text that is the same for the same credential.
        package let account: String
        /// Who waits for it.
        package let priority: Priority
        /// Which quota it spends.
        package let quota: QuotaKind
        /// What it weighs against the secondary limits: 1 for what reads, 5 for what writes.
        package let points: Int

        /// A call.
        package init(account: String, priority: Priority, quota: QuotaKind = .core, points: Int = 1) {
            self.account = account
            self.priority = priority
            self.quota = quota
            self.points = points
        }
    }

    /// Whether a call may go out.
    package enum Admission: Hashable, Sendable {
        /// It goes out now, and is settled when it is over.
        case go
        /// It asks again at the moment given.
        case wait(until: Timestamp)
        /// It is given up: nothing goes out before the moment given.
        case refuse(until: Timestamp, Reason)
    }

    /// Why a call is refused.
    package enum Reason: Hashable, Sendable {
        /// The hour's quota is spent.
        case spent
        /// GitHub asked for a pause.
        case limited
        /// What is left of the quota belongs to clients.
        case reserved
    }

    /// What came of a call that went out.
    package enum Outcome: Hashable, Sendable {
        /// GitHub answered; the headers told the quota, and a limit where it was one.
        case answered(RateLimit?, RateLimit.Refusal?)
        /// Nothing came back: GitHub may have counted it.
        case unanswered
        /// It never reached GitHub.
        case unsent
    }

    private let configuration: Configuration
    private var accounts: [String: Account] = [:]
    private var underWay = 0
    /// The REST API and GraphQL have a pace each.
    private var paces: [QuotaKind: PointsWindow] = [:]

    /// A budget of which nothing is spent or known.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }
}

extension Budget {
    /// Asks whether a call may go out now, and enters it if so.
    package mutating func admit(_ call: Call, at now: Timestamp) -> Admission {
        if let obstacle = obstacle(for: call, at: now) { return obstacle }
        enter(call, at: now)
        return .go
    }

    /// Enters a call that goes out whatever the budget says, such as a client's that is handed on.
    package mutating func enter(_ call: Call, at now: Timestamp) {
        underWay += 1
        paces[call.quota, default: PointsWindow()].add(call.points, at: now)
        update(call.account, at: now) { $0.underWay[call.quota, default: 0] += 1 }
    }

    /// Takes in what came of a call; `jitter`, from 0 to 1, spreads the returns of many nodes after a limit.
    package mutating func settle(_ call: Call, _ outcome: Outcome, at now: Timestamp, jitter: Double) {
        underWay = max(0, underWay - 1)
        if outcome == .unsent { paces[call.quota]?.remove(call.points, at: now) }
        update(call.account, at: now) { account in
            account.underWay[call.quota] = max(0, account.underWay[call.quota, default: 0] - 1)
            switch outcome {
            case .answered(let quota, let refusal):
                if let quota { account.note(quota, at: now) }
                if case .primary(let until) = refusal, call.quota != .core {
                    // Its own quota is spent, whatever the headers say, and no other.
                    account.exhaust(call.quota, until: until, at: now)
                    break
                }
                // Another kind of quota, such as the search's, stops nothing but its own kind.
                if case .primary = refusal, let quota, quota.resource != QuotaKind.core.rawValue { break }
                account.note(refusal, at: now, jitter: jitter)
            case .unanswered:
                account.spendOne(call.quota, at: now)
            case .unsent:
                break
            }
        }
    }

    /// Until when GitHub wants no call of a credential, or none of one kind; nil where it has not asked for a pause.
    package func pause(of account: String, _ kind: QuotaKind = .core, at now: Timestamp) -> Timestamp? {
        let pause = accounts[account]?.limitedUntil.flatMap { now < $0 ? $0 : nil }
        guard kind != .core, pause == nil, let quota = quota(of: account, kind, at: now), quota.remaining == 0 else {
            return pause
        }
        return Timestamp(seconds: quota.reset)
    }

    /// The quota of a credential as it stands, or nil where GitHub never told it.
    package func quota(of account: String, _ kind: QuotaKind = .core, at now: Timestamp) -> RateLimit? {
        accounts[account]?.quota(of: kind.rawValue, at: now)
    }
}

extension Budget {
    private mutating func obstacle(for call: Call, at now: Timestamp) -> Admission? {
        let account = accounts[call.account]
        if let until = account?.limitedUntil, now < until { return .refuse(until: until, .limited) }
        if let account, let quota = account.quota(of: call.quota.rawValue, at: now) {
            let floor = call.priority == .read ? 0 : reserve(of: quota)
            if quota.remaining <= floor {
                let reason = quota.remaining == 0 ? Reason.spent : .reserved
                return .refuse(until: Timestamp(seconds: quota.reset), reason)
            }
            // What is under way may turn out to be free, so it only delays.
            if quota.remaining - account.underWay[call.quota, default: 0] <= floor { return .wait(until: soon(now)) }
        }
        let percent = share(of: call.priority)
        if underWay >= max(1, configuration.concurrentCalls * percent / 100) { return .wait(until: soon(now)) }
        let perMinute = call.quota == .core ? configuration.pointsPerMinute : configuration.queryPointsPerMinute
        let most = max(call.points, perMinute * percent / 100)
        return paces[call.quota]?.earliest(for: call.points, atMost: most, at: now).map { .wait(until: $0) }
    }

    private func soon(_ now: Timestamp) -> Timestamp { now.advanced(byMilliseconds: Limits.retryInterval) }

    private func reserve(of quota: RateLimit) -> Int {
        // Rounded up, so that the smallest quota keeps something back too.
        Int((Int64(quota.limit) * Int64(configuration.reservePercent) + 99) / 100)
    }

    private func share(of priority: Priority) -> Int {
        switch priority {
        case .read: 100
        case .prewarm: configuration.prewarmPercent
        case .poll: configuration.pollPercent
        }
    }

    private mutating func update(_ name: String, at now: Timestamp, _ change: (inout Account) -> Void) {
        if accounts[name] == nil { makeRoom() }
        var account = accounts[name] ?? Account()
        account.usedAt = now
        change(&account)
        accounts[name] = account
    }

    private mutating func makeRoom() {
        guard accounts.count >= Limits.accounts else { return }
        let idle = accounts.filter { $0.value.isIdle }
        if let oldest = idle.min(by: { $0.value.usedAt < $1.value.usedAt }) { accounts[oldest.key] = nil }
    }
}
