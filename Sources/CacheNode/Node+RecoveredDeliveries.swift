import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// Reads one payload and takes it in; false where the inbox has no room.
    nonisolated func take(
        _ wanted: Recovery.Wanted,
        of address: HookAddress,
        _ work: inout RecoveryWork
    ) async throws -> Bool {
        work.report.calls += 1
        let payload: [UInt8]?
        do {
            payload = try await hookAdmin.payload(ofDelivery: wanted.id, of: address)
        } catch {
            switch error {
            case .origin(.unusable(_, let why)):
                work.report.why = "GitHub does not show every delivery (\(why)): the rest is taken later"
                return true
            case .notFound(let why), .refused(let why):
                return await setAside(wanted, of: address, "GitHub does not show it: \(why)", &work)
            case .origin(.tooLarge):
                return await setAside(wanted, of: address, "it is larger than this node takes", &work)
            case .noCredential, .forbidden, .moved, .origin: throw error
            }
        }
        guard let payload else {
            // GitHub has it and does not show it: it is sent again, once.
            guard !wanted.isRedelivered else { return true }
            work.report.calls += 1
            try await hookAdmin.redeliver(wanted.id, of: address)
            work.report.redelivered += 1
            return true
        }
        for _ in 0..<configuration.limits.recoveryTries {
            switch await enter(wanted, payload, of: address) {
            case .accepted:
                work.report.recovered += 1
                counters.recovered()
                return true
            case .duplicate, .ignored, .pong: return true
            case .refused:
                work.report.setAside += 1
                return true
            case .unavailable: try await sleep(.milliseconds(configuration.limits.recoveryPause))
            }
        }
        return false
    }

    /// Keeps what is known of a delivery that GitHub does not show; false where the inbox has no room.
    private nonisolated func setAside(
        _ wanted: Recovery.Wanted,
        of hook: HookAddress,
        _ why: String,
        _ work: inout RecoveryWork
    ) async -> Bool {
        if case .unavailable = await setAside(wanted, of: hook, why) { return false }
        work.report.setAside += 1
        return true
    }

    /// Takes in a payload of a hook's log as if it had been delivered: it is believed about that hook's scope alone, and
    /// that of an App's about whatever the App is installed with.
    private nonisolated func enter(
        _ wanted: Recovery.Wanted,
        _ payload: [UInt8],
        of hook: HookAddress
    ) async -> WebhookAnswer {
        guard let event = EventName(rawValue: wanted.event) else { return .ignored(wanted.guid) }
        let moment = wanted.guid.moment(receivedAt: min(wanted.sentAt, now()))
        do {
            let delivery = try Delivery(event: event, body: payload)
            guard Self.isUseful(delivery) else { return .ignored(wanted.guid) }
            if hook.log.scope.map({ isSpoken(of: delivery, by: $0) }) ?? true {
                return await enter(
                    delivery,
                    id: wanted.guid,
                    body: payload,
                    hookID: hook.hookID,
                    scope: hook.log.scope,
                    at: moment
                )
            }
            return await setAside(wanted, of: hook, "it speaks of something else than \(hook.log)")
        } catch {
            return await setAside(wanted, of: hook, Self.words(for: error, event: wanted.event))
        }
    }

    /// Keeps of a delivery that cannot be used who sent it, when, and what is wrong with it.
    private nonisolated func setAside(
        _ wanted: Recovery.Wanted,
        of hook: HookAddress,
        _ why: String
    ) async -> WebhookAnswer {
        // Without a body: after a crash in between, it is nothing that could be believed.
        let row = NewDelivery(
            scope: hook.log.name,
            id: wanted.guid,
            event: wanted.event,
            hookID: hook.hookID,
            receivedAt: min(wanted.sentAt, now()),
            body: []
        )
        switch try? await store.insert(row) {
        case .accepted(let inboxID):
            store.apply([], failing: [(inboxID, why)])
            return .refused(status: 400, why)
        case .duplicate: return .duplicate(wanted.guid)
        case .full, nil: return .unavailable(retryAfter: 10, "the inbox is full")
        }
    }

    /// Deliveries of a scope were lost for good: everything stored of it is asked for again, what is wanted at once.
    ///
    /// Without a scope, of whatever the App of this node is installed with.
    func takeLoss(of scope: Scope?) async {
        let entries =
            scope.map { store.entries(in: $0) } ?? store.entriesOfOwners()
            + store.repositories().flatMap { store.entries(in: $0) }
        store.apply(
            entries.filter { $0.standing != .invalid }.map { entry in
                var entry = entry
                entry.standing = .invalid
                return .touch(entry)
            }
        )
        for entry in entries where entry.status == 200 && isWanted(entry.key) {
            hub.send(.invalidated(path: entry.key.resource.path, isPublic: entry.key.audience == .public))
            await enqueue(entry.key, priority: .poll, source: .poll)
        }
    }
}
