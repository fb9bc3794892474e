package import CacheCore
import CacheStore
import GitHubCore
import Logging

extension Node {
    /// Reads a delivery log now, and takes in what never arrived; what was set aside is tried again.
    package nonisolated func recover(_ log: DeliveryLog) async throws(ControlError) -> RecoveryReport {
        _ = try known(log, priority: .prewarm)
        return try await recoveryDesk.during(log) { () async throws(ControlError) in
            try await self.recover(log, priority: .prewarm, retakesFailed: true)
        }
    }

    /// The logs that are read: those of the hooks that GitHub has made, and the App's where this node is one.
    nonisolated var logs: [DeliveryLog] {
        let hooks = store.hooks().filter { $0.hookID != nil }.map { DeliveryLog.hook($0.scope) }
        return hooks + (configuration.isApp ? [.app] : [])
    }

    /// A log that is read here, and where it is at GitHub.
    nonisolated func known(
        _ log: DeliveryLog,
        priority: FetchPriority
    ) throws(ControlError) -> (log: StoredLog, address: HookAddress) {
        switch log {
        case .hook(let scope):
            let (hook, id) = try registered(scope)
            return (StoredLog(hook), HookAddress(id: id, scope: scope, priority: priority))
        case .app:
            guard configuration.isApp, let stored = store.log(.app) else {
                throw ControlError(
                    status: 404,
                    "this node is no GitHub App: set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE"
                )
            }
            return (stored, HookAddress(ofApp: priority))
        }
    }

    /// Reads the delivery logs of the webhooks: at the start, from time to time, and when in doubt.
    nonisolated func watchDeliveryLogs() async {
        // What the App's webhook sent before this node was there is no loss of its.
        if configuration.isApp { store.keepAppLog(since: now()) }
        while !Task.isCancelled {
            await recoverWhatIsDue()
            do { try await sleep(.milliseconds(configuration.limits.hookTick)) } catch { return }
        }
    }

    /// Reads the logs whose time has come; what fails is tried again later.
    nonisolated func recoverWhatIsDue() async {
        for log in recoveries.due(among: logs, now: now()) where !Task.isCancelled {
            do {
                let report = try await recoveryDesk.during(log) { () async throws(ControlError) in
                    try await self.recover(log, priority: .poll, retakesFailed: false)
                }
                guard report.recovered + report.setAside + report.redelivered > 0 || report.hasGap else { continue }
                logger.info(
                    "Deliveries were recovered from GitHub's log",
                    metadata: [
                        "log": "\(log)", "recovered": "\(report.recovered)", "set_aside": "\(report.setAside)",
                        "calls": "\(report.calls)", "complete": "\(report.isComplete)",
                    ]
                )
            } catch {
                // Somebody else is at it, or the App has no webhook, which it need not have.
                guard error.status != 409, log != .app || error.status != 404 else { continue }
                logger.warning(
                    "A delivery log could not be read",
                    metadata: ["log": "\(log)", "why": "\(error.message)"]
                )
            }
        }
    }

    /// Something went wrong that the delivery logs may tell of: they are read soon.
    nonisolated func doubtDeliveries(of log: DeliveryLog? = nil) { recoveries.doubt(log, now: now()) }

    /// Searches a log, takes in what it finds, and notes how far it came.
    private nonisolated func recover(
        _ log: DeliveryLog,
        priority: FetchPriority,
        retakesFailed: Bool
    ) async throws(ControlError) -> RecoveryReport {
        let (stored, address) = try known(log, priority: priority)
        var work = RecoveryWork(log)
        var ending = RecoverySchedule.Ending.failed
        let begunAt = now()
        defer { recoveries.ended(ending, of: log, logs: logs.count, now: now()) }
        do {
            guard let plan = try await search(address, of: stored, retakesFailed: retakesFailed, &work) else {
                ending = .complete
                if let scope = log.scope { inbox.yield(.hook(scope, .read(begunAt: begunAt, isLossy: false))) }
                return try await finish(&work, settledThrough: now(), hasGap: false)
            }
            // Where the log is the source of events, that is how they come.
            if let scope = log.scope, !plan.wanted.isEmpty, !configuration.takesLog {
                healthBook.with { $0.take(.missing, of: scope, at: now()) }
            }
            if configuration.takesLog, let scope = log.scope {
                for ping in plan.pings { pings.arrived(scope, hookID: address.id, logged: ping) }
            }
            for (index, wanted) in plan.wanted.enumerated() {
                guard try await take(wanted, of: address, &work) else {
                    work.report.why = "the inbox is full: the rest is taken later"
                    break
                }
                // What GitHub could not show just now keeps its place, and those after it are taken all the same.
                if work.report.why == nil { work.settledThrough = plan.settledThrough(after: index + 1) }
            }
            if plan.hasGap { inbox.yield(.lost(log.scope)) }
            guard work.report.isComplete else {
                return try await finish(&work, settledThrough: work.settledThrough, hasGap: plan.hasGap)
            }
            recoveries.note(work.etag, of: address.id)
            ending = .complete
            let isLossy = plan.hasGap || work.report.setAside > 0
            if let scope = log.scope { inbox.yield(.hook(scope, .read(begunAt: begunAt, isLossy: isLossy))) }
            return try await finish(&work, settledThrough: plan.settledThrough, hasGap: plan.hasGap)
        } catch let failure as HookFailure {
            if case .origin(.limited(let until)) = failure { ending = .limited(until: until) }
            if case .origin(.reserved(let until)) = failure { ending = .limited(until: until) }
            // An App without a webhook has nothing to recover.
            if case .notFound = failure, log == .app { ending = .complete }
            if let scope = log.scope {
                if case .notFound = failure { healthBook.with { $0.take(.gone, of: scope, at: now()) } }
                // GitHub tells under which name it goes on.
                if case .moved = failure { inbox.yield(.unclear(scope)) }
            }
            let error = Self.words(for: failure, log)
            // What was settled before it failed is not read again.
            work.report.why = error.message
            let report = try await finish(&work, settledThrough: work.settledThrough, hasGap: false)
            if report.recovered + report.setAside == 0 { throw error }
            return report
        } catch let error as ControlError {
            throw error
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
    }

    /// Lists what never arrived; nil where the log is as it was when all that it told was settled.
    private nonisolated func search(
        _ address: HookAddress,
        of stored: StoredLog,
        retakesFailed: Bool,
        _ work: inout RecoveryWork
    ) async throws -> Recovery.Plan? {
        var query = DeliveryQuery(
            failedOnly: !configuration.takesLog,
            etag: retakesFailed ? nil : recoveries.etag(of: address.id)
        )
        var settledThrough = stored.reading.settledThrough ?? stored.createdAt
        if retakesFailed {
            // As far back as GitHub remembers, and the hook is there.
            let oldest = now().advanced(bySeconds: -configuration.limits.recovery.retention)
            settledThrough = min(settledThrough, max(oldest, stored.createdAt))
        }
        var recovery = Recovery(
            settledThrough: settledThrough,
            now: now(),
            takesReceived: configuration.takesLog,
            limits: configuration.limits.recovery
        )
        let scopes = inboxScopes(beside: stored.log)
        while true {
            guard let page = try await hookAdmin.deliveries(query, of: address) else { return nil }
            work.report.calls += 1
            if query.cursor == nil { work.etag = page.etag }
            let known = try await store.records(of: recovery.candidates(in: page.deliveries), scopes: scopes)
            let taken = Set(known.filter { !retakesFailed || $0.standing != .failed }.map(\.id))
            let goesOn = recovery.take(page.deliveries, isLast: page.next == nil, known: taken)
            work.report.listed = recovery.listed
            guard goesOn else { return recovery.plan }
            query = DeliveryQuery(failedOnly: query.failedOnly, cursor: page.next)
        }
    }

    /// The scopes under which the inbox may know an event that a log tells of, too.
    nonisolated func inboxScopes(beside log: DeliveryLog) -> [String] {
        guard let scope = log.scope else {
            return [log.name] + store.hooks().map { DeliveryLog.hook($0.scope).name }
        }
        var scopes = [log.name, DeliveryLog.app.name]
        if case .repository(let name) = scope { scopes.append(name.owner.lowercased()) }
        return scopes
    }

    /// Writes down how far a search came.
    private nonisolated func finish(
        _ work: inout RecoveryWork,
        settledThrough: Timestamp?,
        hasGap: Bool
    ) async throws(ControlError) -> RecoveryReport {
        let report = work.report
        let moment = now()
        recoveries.count(report.calls, of: work.log, now: moment)
        let isComplete = report.why == nil
        do {
            try await store.updateLog(work.log) { reading in
                reading.calls += report.calls
                reading.recovered += report.recovered
                if let settledThrough {
                    reading.settledThrough = max(settledThrough, reading.settledThrough ?? settledThrough)
                }
                if isComplete { reading.checkedAt = moment }
            }
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        work.report.hasGap = hasGap
        return work.report
    }
}
