import CacheCore
import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import NIOCore
import Synchronization

extension Mesh {
    /// What comparing with peers came to so far.
    package var syncCounters: SyncCounters {
        var counters = self.state.withLock(\.sync)
        counters.served = self.syncServer.counters
        return counters
    }

    /// Tells the node who comes and goes, and the plan which members do, until the host stops.
    func meet() async {
        for await event in self.events {
            switch event {
            case .connected(let peer, _, _):
                self.changed.yield(NeighbourChange(peer: peer, isConnected: true))
                guard self.configuration.membership.contains(peer) else { continue }
                self.state.withLock { $0.plan.met(peer, now: self.elapsed, chance: .random(in: 0..<1)) }
                self.cue.yield()
            case .disconnected(let peer):
                self.changed.yield(NeighbourChange(peer: peer, isConnected: false))
                self.state.withLock { $0.plan.lost(peer) }
            case .identified, .introduced:
                break
            }
        }
    }

    /// Gets from peers what this node lacks, one after the other as planned, until it is cancelled.
    func compare() async {
        guard self.configuration.share.takesPart else { return }
        await withDiscardingTaskGroup { group in
            var alarm: Duration?
            for await _ in self.cues {
                while let round = self.nextRound() { await self.perform(round) }
                guard let next = self.state.withLock(\.plan.wakeAt) else { continue }
                if let alarm, alarm > self.elapsed, alarm <= next { continue }
                alarm = next
                group.addTask {
                    guard (try? await Task.sleep(for: next - self.elapsed)) != nil else { return }
                    self.cue.yield()
                }
            }
            group.cancelAll()
        }
    }

    private func nextRound() -> SyncPlan.Round? {
        let sample = self.configuration.limits.syncSample
        return self.state.withLock { state in
            state.plan.next(now: self.elapsed, chance: .random(in: 0..<1)) { peer, repositories in
                repositories.prefix(sample).count { self.followers(of: $0).contains(peer) }
            }
        }
    }

    private func perform(_ round: SyncPlan.Round) async {
        let followed = round.repositories ?? self.state.withLock(\.plan.followed)
        let shelves = followed.prefix(MeshCore.Limits.syncShelves).map { self.shelves.shelf(of: $0) }
        self.state.withLock { $0.sync.rounds += 1 }
        var yield = SyncRound.Yield()
        var outcome = SyncPlan.Outcome.interrupted
        do {
            let session = SyncRound(
                peer: round.peer,
                host: self.host,
                store: self.store,
                intake: self.intake,
                limits: self.configuration.limits,
                now: self.now,
                batches: self.synced
            )
            try await session.run(shelves, &yield)
            outcome = .complete(brought: yield.items)
        } catch let offence as SyncRound.Offence {
            self.host.ban(round.peer, because: "it gave \(offence.what) in a comparison")
        } catch let error where error is MeshError || (error as? StreamError)?.isOffence == true {
            self.host.ban(round.peer, because: "its comparison makes no sense: \(error)")
        } catch {
            self.logger.debug(
                "A comparison with a peer was interrupted",
                metadata: ["peer": "\(round.peer)", "error": "\(error)"]
            )
        }
        let (items, doubted) = (yield.items, yield.doubted)
        let invited = self.state.withLock { state in
            state.sync.items += items
            state.sync.doubted += doubted
            if outcome == .interrupted { state.sync.interrupted += 1 } else { state.sync.complete += 1 }
            return state.plan.ended(outcome, now: self.elapsed, chance: .random(in: 0..<1))
        }
        await self.invite(invited)
    }

    /// Says that there are news here.
    private func invite(_ peers: [PeerID]) async {
        let (host, patience) = (self.host, self.configuration.limits.syncPatience)
        await withDiscardingTaskGroup { group in
            for peer in peers {
                group.addTask {
                    try? await withDeadline(patience) {
                        try await host.withStream(to: peer, protocols: [Sync.protocolID]) { stream in
                            try await stream.writeMessage(ByteBuffer(bytes: Sync.Opening.invitation.encoded))
                        }
                    }
                }
            }
        }
    }

    /// A member says that it has news.
    func invited(by peer: PeerID) {
        self.state.withLock { $0.plan.invited(by: peer, now: self.elapsed, chance: .random(in: 0..<1)) }
        self.cue.yield()
    }
}

extension StreamError {
    /// Whether the peer did what nobody does who keeps to the protocol.
    fileprivate var isOffence: Bool {
        switch self {
        case .malformed, .messageTooLong: true
        default: false
        }
    }
}
