package import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// One of GitHub's delivery logs beside what this node knows of each delivery, the latest first; without
    /// one, what the inbox knows alone.
    package nonisolated func deliveries(
        of log: DeliveryLog?,
        failedOnly: Bool,
        limit: Int
    ) async throws(ControlError) -> [DeliveryReport] {
        guard let log else {
            return try await records(scopes: nil, failedOnly: failedOnly, limit: limit).map { DeliveryReport($0) }
        }
        let address = try known(log, priority: .read).address
        let logged = try await logged(address, failedOnly: failedOnly, limit: limit)
        let scopes = inboxScopes(beside: log)
        let known: [InboxRecord]
        do {
            known = try await store.records(of: logged.map(\.guid), scopes: scopes)
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        let byID = Dictionary(known.map { ($0.id, $0) }) { first, other in first.standing == .done ? first : other }
        var reports = logged.map { DeliveryReport($0, byID[$0.guid], scope: log.scope?.description ?? log.name) }
        // What is set aside here is shown, whatever GitHub's log still holds.
        let listed = Set(logged.map(\.guid))
        let aside = try await records(scopes: [log.name], failedOnly: true, limit: limit)
        reports += aside.filter { !listed.contains($0.id) }.map { DeliveryReport($0) }
        return Array(reports.sorted { $0.at > $1.at }.prefix(limit))
    }

    private nonisolated func records(
        scopes: [String]?,
        failedOnly: Bool,
        limit: Int
    ) async throws(ControlError) -> [InboxRecord] {
        do {
            return try await store.records(scopes: scopes, failedOnly: failedOnly, limit: limit)
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
    }

    private nonisolated func logged(
        _ address: HookAddress,
        failedOnly: Bool,
        limit: Int
    ) async throws(ControlError) -> [LoggedDelivery] {
        var found: [LoggedDelivery] = []
        var query = DeliveryQuery(failedOnly: failedOnly)
        do {
            while found.count < limit, let page = try await hookAdmin.deliveries(query, of: address) {
                found += page.deliveries
                guard let next = page.next else { break }
                query.cursor = next
            }
        } catch {
            throw Self.words(for: error, address.log)
        }
        return Array(found.prefix(limit))
    }
}

extension DeliveryReport {
    /// What the inbox knows.
    init(_ record: InboxRecord) {
        self.init(scope: record.scope, guid: record.id, event: record.event, at: record.receivedAt)
        here = Here(record.standing)
        reason = record.reason
    }

    /// An entry of GitHub's log, and what the inbox knows of it.
    init(_ entry: LoggedDelivery, _ record: InboxRecord?, scope: String) {
        self.init(scope: scope, guid: entry.guid, event: entry.event, at: entry.deliveredAt)
        id = entry.id
        action = entry.action
        status = entry.status
        isRedelivery = entry.isRedelivery
        reason = record?.reason
        let isUsed = EventName(rawValue: entry.event).map { $0 != .ping } ?? false
        here = record.map { Here($0.standing) } ?? (isUsed ? (entry.isOK ? .forgotten : .missing) : .unused)
    }
}

extension DeliveryReport.Here {
    fileprivate init(_ standing: InboxRecord.Standing) {
        self =
            switch standing {
            case .waiting: .waiting
            case .done: .done
            case .failed: .failed
            }
    }
}
