import CacheCore
import CacheStore
package import GitHubCore
import Logging

extension Node {
    /// Reads the delivery log of a scope's webhook now, and takes in what never arrived; what was set aside is tried again.
    package nonisolated func recoverHook(of scope: Scope) async throws(ControlError) -> RecoveryReport {
        _ = try registered(scope)
        return try await recoveryDesk.during(scope) { () async throws(ControlError) in
            try await self.recover(scope, priority: .prewarm, retakesFailed: true)
        }
    }

    /// Reads the delivery logs of the webhooks: at the start, from time to time, and when in doubt.
    nonisolated func watchDeliveryLogs() async {
        while !Task.isCancelled {
            await recoverWhatIsDue()
            do { try await sleep(.milliseconds(configuration.limits.hookTick)) } catch { return }
        }
    }

    /// Reads the logs whose time has come; what fails is tried again later.
    nonisolated func recoverWhatIsDue() async {
        let hooks = store.hooks().filter { $0.hookID != nil }
        for scope in recoveries.due(among: hooks.map(\.scope), now: now()) where !Task.isCancelled {
            do {
                let report = try await recoveryDesk.during(scope) { () async throws(ControlError) in
                    try await self.recover(scope, priority: .poll, retakesFailed: false)
                }
                guard report.recovered + report.setAside + report.redelivered > 0 || report.hasGap else { continue }
                logger.info(
                    "Deliveries were recovered from GitHub's log",
                    metadata: [
                        "scope": "\(scope)", "recovered": "\(report.recovered)", "set_aside": "\(report.setAside)",
                        "calls": "\(report.calls)", "complete": "\(report.isComplete)",
                    ]
                )
            } catch {
                guard error.status != 409 else { continue }
                logger.warning(
                    "A delivery log could not be read",
                    metadata: ["scope": "\(scope)", "why": "\(error.message)"]
                )
            }
        }
    }

    /// Something went wrong that the delivery logs may tell of: they are read soon.
    nonisolated func doubtDeliveries(of scope: Scope? = nil) { recoveries.doubt(scope, now: now()) }

    /// Searches the log of a hook, takes in what it finds, and notes how far it came.
    private nonisolated func recover(
        _ scope: Scope,
        priority: FetchPriority,
        retakesFailed: Bool
    ) async throws(ControlError) -> RecoveryReport {
        let (hook, id) = try registered(scope)
        let address = HookAddress(id: id, scope: scope, priority: priority)
        var work = RecoveryWork(scope: scope)
        var ending = RecoverySchedule.Ending.failed
        defer { recoveries.ended(ending, of: scope, hooks: store.hooks().count, now: now()) }
        do {
            guard let plan = try await search(address, of: hook, retakesFailed: retakesFailed, &work) else {
                ending = .complete
                return try await finish(&work, settledThrough: now(), hasGap: false)
            }
            if configuration.takesLog {
                for ping in plan.pings { pings.arrived(scope, hookID: id, logged: ping) }
            }
            for (index, wanted) in plan.wanted.enumerated() {
                guard try await take(wanted, of: address, &work) else {
                    work.report.why = "the inbox is full: the rest is taken later"
                    break
                }
                // What GitHub could not show just now keeps its place, and those after it are taken all the same.
                if work.report.why == nil { work.settledThrough = plan.settledThrough(after: index + 1) }
            }
            if plan.hasGap { inbox.yield(.lost(scope)) }
            guard work.report.isComplete else {
                return try await finish(&work, settledThrough: work.settledThrough, hasGap: plan.hasGap)
            }
            recoveries.note(work.etag, of: id)
            ending = .complete
            return try await finish(&work, settledThrough: plan.settledThrough, hasGap: plan.hasGap)
        } catch let failure as HookFailure {
            if case .origin(.limited(let until)) = failure { ending = .limited(until: until) }
            if case .origin(.reserved(let until)) = failure { ending = .limited(until: until) }
            let error = Self.words(for: failure, scope)
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
        of hook: StoredHook,
        retakesFailed: Bool,
        _ work: inout RecoveryWork
    ) async throws -> Recovery.Plan? {
        var query = DeliveryQuery(
            failedOnly: !configuration.takesLog,
            etag: retakesFailed ? nil : recoveries.etag(of: address.id)
        )
        var settledThrough = hook.log.settledThrough ?? hook.createdAt
        if retakesFailed {
            // As far back as GitHub remembers, and the hook is there.
            let oldest = now().advanced(bySeconds: -configuration.limits.recovery.retention)
            settledThrough = min(settledThrough, max(oldest, hook.createdAt))
        }
        var recovery = Recovery(
            settledThrough: settledThrough,
            now: now(),
            takesReceived: configuration.takesLog,
            limits: configuration.limits.recovery
        )
        let scopes = Self.inboxScopes(beside: hook.scope)
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

    /// The scopes under which the inbox may know an event that a hook sends, too.
    static func inboxScopes(beside scope: Scope) -> [String] {
        var scopes = [scope.description.lowercased(), "*"]
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
        recoveries.count(report.calls, of: work.scope, now: moment)
        let isComplete = report.why == nil
        do {
            try await store.updateHook(work.scope) { hook in
                hook.log.calls += report.calls
                hook.log.recovered += report.recovered
                if let settledThrough {
                    hook.log.settledThrough = max(settledThrough, hook.log.settledThrough ?? settledThrough)
                }
                if isComplete { hook.log.checkedAt = moment }
            }
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        work.report.hasGap = hasGap
        return work.report
    }
}
