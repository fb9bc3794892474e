/// What this node may still ask of GitHub, and in whose favour.
///
/// Each credential has the hour's quota that GitHub's headers tell, a pace that keeps it below the secondary limits and,
/// now and then, such a limit; all of them share the places for calls under way. Client reads come first: background work
/// leaves them a reserve of the quota and a share of the pace. Docs: "Rate limits for the REST API".
package struct Budget: Sendable {
    /// How much is used, and what is kept back.
    package struct Configuration: Hashable, Sendable {
        /// The percentage of the hour's quota that background work never touches.
        package var reservePercent: Int
        /// Calls under way at once, over all credentials; GitHub cuts at 100.
        package var concurrentCalls: Int
        /// Points of a credential in any 60 seconds; GitHub cuts at 900.
        package var pointsPerMinute: Int
        /// Points of GraphQL's of a credential in any 60 seconds; GitHub cuts at 2,000.
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
        /// How much later for each call ahead, in milliseconds: with many ahead it takes a while, and asking has its cost.
        package static let retryPerCall = 0.25
        /// The longest time until it is asked again, in milliseconds.
        package static let longestRetryInterval: Int64 = 500
        /// Calls that wait for their turn at once.
        package static let waiting = 20_000
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
    private var line = Line()

    /// A budget of which nothing is spent or known.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }
}

extension Budget {
    /// A place in line for a call, which is given back unless it goes out; nil where too many wait.
    package mutating func ticket(for call: Call) -> Ticket? {
        line.count < Limits.waiting ? line.join(call) : nil
    }

    /// Asks whether a call that stands in line may go out now, and enters it if so.
    package mutating func admit(_ ticket: Ticket, at now: Timestamp) -> Admission {
        if let obstacle = obstacle(for: ticket, at: now) { return obstacle }
        line.serve(ticket)
        enter(ticket.call, at: now)
        return .go
    }

    /// Gives a place in line back.
    package mutating func leave(_ ticket: Ticket) {
        line.leave(ticket)
    }

    /// The calls that stand in line.
    package var waitingCount: Int { line.count }

    /// Enters a call that goes out whatever the budget says, such as a client's that is handed on.
    package mutating func enter(_ call: Call, at now: Timestamp) {
        underWay += 1
        update(call.account, at: now) { account in
            account.paces[call.quota, default: PointsWindow()].add(call.points, at: now)
            account.underWay[call.quota, default: 0] += 1
        }
    }

    /// Takes in what came of a call; `jitter`, from 0 to 1, spreads the returns of many nodes after a limit.
    package mutating func settle(_ call: Call, _ outcome: Outcome, at now: Timestamp, jitter: Double) {
        underWay = max(0, underWay - 1)
        update(call.account, at: now) { account in
            if outcome == .unsent { account.paces[call.quota]?.remove(call.points, at: now) }
            account.underWay[call.quota] = max(0, account.underWay[call.quota, default: 0] - 1)
            switch outcome {
            case .answered(let quota, let refusal):
                if let quota { account.note(quota, at: now) }
                guard case .primary(let until) = refusal else {
                    account.note(refusal, at: now, jitter: jitter)
                    break
                }
                if call.quota != .core || quota?.resource == QuotaKind.core.rawValue {
                    // Its own quota is spent, whatever the headers say, and no other.
                    account.exhaust(call.quota, until: until, at: now)
                } else if quota == nil {
                    account.note(refusal, at: now, jitter: jitter)
                }
            // Another kind, such as the search's, stops nothing but its own kind.
            case .unanswered:
                account.spendOne(call.quota, at: now)
            case .unsent:
                break
            }
        }
    }

    /// Until when GitHub answers no call of a credential that spends a quota; nil where it does.
    package func pause(of account: String, _ kind: QuotaKind = .core, at now: Timestamp) -> Timestamp? {
        if let until = accounts[account]?.limitedUntil, now < until { return until }
        guard let quota = quota(of: account, kind, at: now), quota.remaining == 0 else { return nil }
        return Timestamp(seconds: quota.reset)
    }

    /// The quota of a credential as it stands, or nil where GitHub never told it.
    package func quota(of account: String, _ kind: QuotaKind = .core, at now: Timestamp) -> RateLimit? {
        accounts[account]?.quota(of: kind.rawValue, at: now)
    }
}

extension Budget {
    private mutating func obstacle(for ticket: Ticket, at now: Timestamp) -> Admission? {
        let own = ownObstacle(for: ticket, at: now)
        line.note(ticket, isHeld: own != nil)
        if let own { return own }
        let places = max(1, configuration.concurrentCalls * share(of: ticket.call.priority) / 100)
        let ahead = line.ahead(of: ticket)
        return ahead < places - underWay ? nil : .wait(until: soon(now, ahead: ahead))
    }

    /// What holds a call back that concerns its own credential alone.
    private mutating func ownObstacle(for ticket: Ticket, at now: Timestamp) -> Admission? {
        let call = ticket.call
        guard var account = accounts[call.account] else { return nil }
        if let until = account.limitedUntil, now < until { return .refuse(until: until, .limited) }
        let ahead = line.aheadOfItsOwn(ticket)
        if let quota = account.quota(of: call.quota.rawValue, at: now) {
            let floor = call.priority == .read ? 0 : reserve(of: quota)
            if quota.remaining <= floor {
                let reason = quota.remaining == 0 ? Reason.spent : .reserved
                return .refuse(until: Timestamp(seconds: quota.reset), reason)
            }
            // What is under way or comes first may turn out to be free, so it only delays.
            if quota.remaining - account.underWay[call.quota, default: 0] - ahead <= floor {
                return .wait(until: soon(now, ahead: ahead))
            }
        }
        let perMinute = call.quota == .core ? configuration.pointsPerMinute : configuration.queryPointsPerMinute
        let most = max(call.points, perMinute * share(of: call.priority) / 100)
        // Those ahead weigh at least a point each; one that would fill the pace alone waits for nobody else's.
        let points = min(call.points + ahead, most)
        return account.paces[call.quota]?.earliest(for: points, atMost: most, at: now).map { .wait(until: $0) }
    }

    private func soon(_ now: Timestamp, ahead: Int) -> Timestamp {
        let longer = Limits.retryInterval + Int64(Double(ahead) * Limits.retryPerCall)
        return now.advanced(byMilliseconds: min(longer, Limits.longestRetryInterval))
    }

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
